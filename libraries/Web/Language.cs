using System.ComponentModel.DataAnnotations;
using Platform.Contracts;

namespace Platform.Web;

/// <summary>Chooses the language of a response: the requested one if available, otherwise the first one in the order en, ru, zh.</summary>
public static class Language
{
    /// <summary>Validates the requested language, and returns it; the default if none was requested.</summary>
    public static string OrDefault(string? requested) => Requested(requested) ?? Languages.Default;

    /// <summary>Validates the requested language, and returns it; null if none was requested.</summary>
    public static string? Requested(string? requested) =>
        requested is null || Languages.All.Contains(requested)
            ? requested
            : throw new Malformed("lang", $"must be one of {string.Join(", ", Languages.All)}");

    /// <summary>Returns the text in the requested language, or else in the first language that has one.</summary>
    public static (string Language, T Text) Pick<T>(IReadOnlyDictionary<string, T> texts, string? requested)
    {
        var shown = requested is not null && texts.ContainsKey(requested) ? requested : Languages.All.First(texts.ContainsKey);
        return (shown, texts[shown]);
    }
}

/// <summary>Allows the languages of the site, and null.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LanguageAttribute() : AllowedValuesAttribute([.. Languages.All, null]);
