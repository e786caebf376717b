using Articles.Publishing;
using Articles.Texts;


namespace Unit.Articles;

/// <summary>Sample articles for tests in which the text does not matter.</summary>
internal static class A
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Later = Noon.AddHours(1);

    public static Text Text(string title = "Title", string body = "<p>Body</p>", string? slug = null) =>
        new(title, "Lead", slug ?? Slug.Of(title), body);

    public static Content Content(params (string Lang, Text Text)[] texts) =>
        new("news", ["trade"], null, null, null, (texts.Length == 0 ? [("en", Text())] : texts).ToDictionary(t => t.Lang, t => t.Text));

    public static readonly Content Draft = Content();
    public static readonly Content Other = Content(("en", Text("Other")));
}
