using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Text;

namespace Platform.Web;

/// <summary>
/// Checks that a text is visible: it must contain at least one letter, digit, punctuation mark or symbol. Spaces, format characters,
/// combining marks without a letter, and the few letters and symbols without a glyph do not count.
/// </summary>
public static class VisibleText
{
    /// <summary>The validation message.</summary>
    public const string Rule = "must contain at least one visible character";

    // Hangul fillers, the braille pattern without dots, the object replacement character and a null notehead.
    private const string WithoutGlyph = "\u115F\u1160\u3164\uFFA0\u2800\uFFFC\U0001D159";
    private static readonly HashSet<Rune> Blank = [.. WithoutGlyph.EnumerateRunes()];

    /// <summary>Whether a plain text contains a visible character.</summary>
    public static bool IsVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (IsVisible(rune)) return true;
        return false;
    }

    /// <summary>
    /// Whether a field without markup contains a visible character; HTML character references count as the characters they stand for.
    /// </summary>
    public static bool IsVisibleField(string text) =>
        IsVisible(text.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(text) : text);

    /// <summary>Returns the text of a field, or throws a 400 that names the field if the text is invisible.</summary>
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

/// <summary>Requires a visible character. Absent and blank texts are valid here, because other attributes check them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class VisibleAttribute() : ValidationAttribute(VisibleText.Rule)
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is not string text || string.IsNullOrWhiteSpace(text) || VisibleText.IsVisibleField(text);
}
