namespace Platform.Contracts;

/// <summary>The languages of the site, by their ISO 639-1 codes, in the order in which they are used as fallbacks.</summary>
public static class Languages
{
    /// <summary>A regular expression for the languages, for routes.</summary>
    public const string Pattern = "en|ru|zh";

    /// <summary>All languages.</summary>
    public static IReadOnlyList<string> All { get; } = Pattern.Split('|');

    /// <summary>The language for requests and e-mails for which none is known.</summary>
    public static string Default => All[0];

    /// <summary>The position of a language in the order of fallback.</summary>
    public static int Rank(string language) => Enumerable.Range(0, All.Count).First(i => All[i] == language);

    /// <summary>The name of a language in that language.</summary>
    public static string NameOf(string language) => language switch { "ru" => "Русский", "zh" => "中文", _ => "English" };
}
