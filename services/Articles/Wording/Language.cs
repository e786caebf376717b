using Platform.Hosting;

namespace Articles;

/// <summary>Languages an article may be written in, in the order in which one stands in for another.</summary>
public static class Languages
{
    public static readonly IReadOnlyList<string> All = ["en", "ru", "zh"];

    public static int Rank(string language) => Enumerable.Range(0, All.Count).First(i => All[i] == language);
}

/// <summary>Which language a reader gets: the asked one, else the first there is in the order en, ru, zh.</summary>
public static class Language
{
    public static string Of(string? asked) => Asked(asked) ?? Languages.All[0];

    /// <summary>The language asked for, or null where none was.</summary>
    public static string? Asked(string? asked) =>
        asked is null || Languages.All.Contains(asked)
            ? asked
            : throw new Malformed("lang", $"must be one of {string.Join(", ", Languages.All)}");

    public static (string Language, T Text) Pick<T>(IReadOnlyDictionary<string, T> texts, string? asked)
    {
        var shown = asked is not null && texts.ContainsKey(asked) ? asked : Languages.All.First(texts.ContainsKey);
        return (shown, texts[shown]);
    }
}
