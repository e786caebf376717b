using Platform.EventSourcing;

namespace Feedback;

/// <summary>What readers are served in one language. The body is HTML.</summary>
public sealed record Wording(string Title, string Lead, string BodyHtml);

/// <summary>The articles service said so: readers are served these texts since this version of the article, or, where it was retracted, none.</summary>
public sealed record ArticleVersionSeen(long ArticleVersion, string Section, IReadOnlyDictionary<string, Wording> Texts, bool Retracted);

/// <summary>
/// This service's copy of another's fact: every version of an article that readers were served. Kept as events and folded when needed, so that a report
/// of what somebody read an hour ago is placed in the text of an hour ago.
/// </summary>
public sealed record ArticleVersions : IState<ArticleVersions>
{
    public string Id { get; init; } = "";
    /// <summary>In the order of their versions, whatever the order in which they came.</summary>
    public IReadOnlyList<ArticleVersionSeen> Versions { get; init; } = [];

    public ArticleVersions Evolve(object @event) => @event is ArticleVersionSeen e ? this with { Versions = [.. Versions.Append(e).OrderBy(v => v.ArticleVersion)] } : this;

    /// <summary>A version already seen changes nothing; one that comes late is put in its place.</summary>
    public static IEnumerable<object> See(ArticleVersions? article, ArticleVersionSeen seen)
    {
        if (article?.Versions.Any(v => v.ArticleVersion == seen.ArticleVersion) != true) yield return seen;
    }

    public ArticleVersionSeen Newest => Versions[^1];

    /// <summary>The part a spot stands in, in one version; null where readers were not served it.</summary>
    private static Passage? Of(ArticleVersionSeen version, Spot spot) =>
        version.Texts.TryGetValue(spot.Lang, out var wording) ? Passage.Of(spot.Lang, wording).Single(p => p.Part == spot.Part) : null;

    public Passage At(long version, Spot spot) => Of(Versions.Single(v => v.ArticleVersion == version), spot)!;

    /// <summary>Where the spot of a version stands in the newest one; null where its words were changed or taken away since.</summary>
    public Spot? InNewest(long version, Spot spot)
    {
        var since = Versions.Where(v => v.ArticleVersion >= version).ToArray();
        return Walk(since, spot).Count == since.Length ? Walk(since, spot)[^1].Spot : null;
    }

    /// <summary>The first version that had this very spot: the same place has the same origin, whichever version it is reported in.</summary>
    public (long Version, Spot Spot) Origin(long version, Spot spot) =>
        Walk([.. Versions.Where(v => v.ArticleVersion <= version).Reverse()], spot)[^1];

    private static List<(long Version, Spot Spot)> Walk(ArticleVersionSeen[] versions, Spot spot)
    {
        var steps = new List<(long, Spot)> { (versions[0].ArticleVersion, spot) };
        foreach (var (from, to) in versions.Zip(versions.Skip(1)))
        {
            if (spot.To(Of(from, spot), Of(to, spot)) is not { } next) break;
            steps.Add((to.ArticleVersion, spot = next));
        }
        return steps;
    }
}
