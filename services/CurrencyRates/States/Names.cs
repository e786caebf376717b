using Platform.Web;


namespace CurrencyRates.States;

/// <summary>Validates names in the languages that readers can choose.</summary>
public static class Names
{
    /// <summary>The languages; the first is the default.</summary>
    public static readonly IReadOnlyList<string> Languages = ["en", "ru", "zh"];

    /// <summary>The requested language, or the default; a 400 for any other language.</summary>
    public static string Language(string? requested) =>
        requested is null ? Languages[0]
        : Languages.Contains(requested) ? requested
        : throw new Malformed("lang", $"must be one of {string.Join(", ", Languages)}");

    /// <summary>Requires a name in every language and in no other; returns the trimmed names.</summary>
    public static IReadOnlyDictionary<string, string> Check(string field, IReadOnlyDictionary<string, string> names)
    {
        foreach (var language in Languages)
            if (names.GetValueOrDefault(language)?.Trim() is not { Length: >= 1 and <= 100 })
                throw new Malformed($"{field}.{language}", "must have 1 to 100 characters");
        if (names.Keys.Except(Languages).FirstOrDefault() is { } unknown)
            throw new Malformed($"{field}.{unknown}", $"is not a supported language; use {string.Join(", ", Languages)}");
        foreach (var (language, name) in names) name.Visible($"{field}.{language}");
        return names.ToDictionary(n => n.Key, n => n.Value.Trim());
    }

    /// <summary>Whether both have the same names.</summary>
    public static bool Same(this IReadOnlyDictionary<string, string> names, IReadOnlyDictionary<string, string> others) =>
        names.Count == others.Count && names.All(n => others.GetValueOrDefault(n.Key) == n.Value);
}
