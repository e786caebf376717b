using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Text;

namespace Platform.Hosting;

/// <summary>
/// Whether a reader sees anything of a text: at least one letter, digit, sign or symbol. Spaces, format characters, combining marks
/// without a letter and the few letters and symbols that are drawn as nothing are not enough.
/// </summary>
public static class VisibleText
{
    /// <summary>What a caller is told.</summary>
    public const string Rule = "must contain at least one visible character";

    // Hangul fillers, the braille pattern without dots, the object replacement character and a musical note without a head.
    private const string DrawnAsNothing = "\u115F\u1160\u3164\uFFA0\u2800\uFFFC\U0001D159";
    private static readonly HashSet<Rune> Blank = [.. DrawnAsNothing.EnumerateRunes()];

    /// <summary>Whether anything of a text that is shown as it is can be seen.</summary>
    public static bool IsVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (IsVisible(rune)) return true;
        return false;
    }

    /// <summary>The same for a field without markup; character references of HTML are read as the characters they stand for.</summary>
    public static bool IsVisibleField(string text) =>
        IsVisible(text.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(text) : text);

    /// <summary>The text of a field that must not be invisible; a 400 that names the field otherwise.</summary>
    public static string Visible(this string text, string field) => IsVisibleField(text) ? text : throw new Malformed(field, Rule);

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate => false,
        UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => false,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => false,
        _ => !Blank.Contains(rune),
    };
}

/// <summary>A text of which a reader sees something. What is absent or blank is for other rules to judge.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class VisibleAttribute() : ValidationAttribute(VisibleText.Rule)
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is not string text || string.IsNullOrWhiteSpace(text) || VisibleText.IsVisibleField(text);
}
