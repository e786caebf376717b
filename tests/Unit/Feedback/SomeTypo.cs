using Feedback.Typos;
using Kit;
using static Unit.Feedback.SpotTrackingTests;

namespace Unit.Feedback;

/// <summary>A typo in an article, its report and its acceptance, as in many tests.</summary>
internal static class SomeTypo
{
    public static readonly Guid Article = Some.Id();
    public static readonly Spot Spot = new("en", Part.Body, 4, 5);
    public static readonly TypoReported Reported = new(
        Some.Id(), Article, "news", "Title", 1, Spot, "The ", "sumit", " of all", "It is double m.", "ann@example.org", Some.Noon);
    public static readonly ArticleVersions Unchanged = Versions("<p>The sumit of all</p>");
    public static readonly TypoAccepted Accepted = new(
        Article, 1, "en", Part.Body, "The ", "sumit", " of all", "summit", "A typing error was corrected.", Some.Noon);
}
