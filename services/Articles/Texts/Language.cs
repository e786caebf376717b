using Platform.Web;


namespace Articles.Texts;

/// <summary>The languages of articles, in the order in which they are used as a fallback.</summary>
public static class Languages
{
    public static readonly IReadOnlyList<string> All = ["en", "ru", "zh"];

    public static int Rank(string language) => Enumerable.Range(0, All.Count).First(i => All[i] == language);
}

/// <summary>Chooses the language of a response: the requested one if available, otherwise the first one in the order en, ru, zh.</summary>
public static class Language
{
    public static string OrDefault(string? requested) => Requested(requested) ?? Languages.All[0];

    /// <summary>Validates the requested language, and returns it; null if none was requested.</summary>
    public static string? Requested(string? requested) =>
        requested is null || Languages.All.Contains(requested)
            ? requested
            : throw new Malformed("lang", $"must be one of {string.Join(", ", Languages.All)}");

    public static (string Language, T Text) Pick<T>(IReadOnlyDictionary<string, T> texts, string? requested)
    {
        var shown = requested is not null && texts.ContainsKey(requested) ? requested : Languages.All.First(texts.ContainsKey);
        return (shown, texts[shown]);
    }
}
