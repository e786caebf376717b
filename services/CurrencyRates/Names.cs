using Platform.Hosting;

namespace CurrencyRates;

/// <summary>Names in the languages readers may ask for.</summary>
public static class Names
{
    /// <summary>The first is the one shown where none is asked for.</summary>
    public static readonly IReadOnlyList<string> Languages = ["en", "ru", "zh"];

    /// <summary>The asked language, or the first; a 400 for any other.</summary>
    public static string Language(string? asked) =>
        asked is null ? Languages[0]
        : Languages.Contains(asked) ? asked
        : throw new Malformed("lang", $"must be one of {string.Join(", ", Languages)}");

    /// <summary>A name in every language, and in no other.</summary>
    public static IReadOnlyDictionary<string, string> Check(string field, IReadOnlyDictionary<string, string> names)
    {
        foreach (var language in Languages)
            if (names.GetValueOrDefault(language)?.Trim() is not { Length: >= 1 and <= 100 })
                throw new Malformed($"{field}.{language}", "must be 1..100 characters");
        if (names.Keys.Except(Languages).FirstOrDefault() is { } unknown)
            throw new Malformed($"{field}.{unknown}", $"must be one of {string.Join(", ", Languages)}");
        foreach (var (language, name) in names) name.Visible($"{field}.{language}");
        return names.ToDictionary(n => n.Key, n => n.Value.Trim());
    }

    /// <summary>Whether both say the same.</summary>
    public static bool Same(this IReadOnlyDictionary<string, string> names, IReadOnlyDictionary<string, string> others) =>
        names.Count == others.Count && names.All(n => others.GetValueOrDefault(n.Key) == n.Value);
}
