using Platform.Web;

namespace CurrencyRates.States;

/// <summary>Validates names in the languages that readers can choose.</summary>
public static class Names
{
    /// <summary>Requires a name in every language and in no other; returns the trimmed names.</summary>
    public static IReadOnlyDictionary<string, string> Check(string field, IReadOnlyDictionary<string, string> names)
    {
        foreach (var language in Languages.All)
            if (names.GetValueOrDefault(language)?.Trim() is not { Length: >= 1 and <= 100 })
                throw new Malformed($"{field}.{language}", "must have 1 to 100 characters");
        if (names.Keys.Except(Languages.All).FirstOrDefault() is { } unknown)
            throw new Malformed($"{field}.{unknown}", $"is not a supported language; use {string.Join(", ", Languages.All)}");
        foreach (var (language, name) in names) name.Visible($"{field}.{language}");
        return names.ToDictionary(n => n.Key, n => n.Value.Trim());
    }

    /// <summary>Whether both have the same names.</summary>
    public static bool Same(this IReadOnlyDictionary<string, string> names, IReadOnlyDictionary<string, string> others) =>
        names.Count == others.Count && names.All(n => others.GetValueOrDefault(n.Key) == n.Value);
}
