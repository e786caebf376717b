using Platform.Hosting;

namespace Articles;

/// <summary>Which language a reader gets: the asked one, else the first there is in the order en, ru, zh.</summary>
public static class Language
{
    public static string Of(string? asked) =>
        asked is null ? ArticleRequest.Languages[0]
        : ArticleRequest.Languages.Contains(asked) ? asked
        : throw new Malformed("lang", $"must be one of {string.Join(", ", ArticleRequest.Languages)}");

    public static (string Language, T Text) Pick<T>(IReadOnlyDictionary<string, T> texts, string asked)
    {
        var shown = texts.ContainsKey(asked) ? asked : ArticleRequest.Languages.First(texts.ContainsKey);
        return (shown, texts[shown]);
    }
}
