using System.Text.RegularExpressions;
using AnyAscii;

namespace Articles.Texts;

/// <summary>The name of an article in addresses: lower-case Latin words joined by hyphens, for titles in any script.</summary>
public static partial class Slug
{
    public const int MaxLength = 120;
    public const string Rule = "must be 1..120 lower-case Latin letters and digits, in words joined by hyphens, and must not be an id";

    /// <summary>A slug must not be an id, because an address with it would be resolved as the id of an article.</summary>
    public static bool IsValid(string slug) => slug.Length <= MaxLength && Pattern().IsMatch(slug) && !Guid.TryParse(slug, out _);

    /// <summary>Derives a slug from a title by transliteration. It is "article" if nothing remains of the title.</summary>
    public static string Of(string title)
    {
        var words = NotInSlug().Replace(title.Transliterate().ToLowerInvariant(), "-").Trim('-');
        if (words.Length > MaxLength) words = words[..MaxLength].TrimEnd('-');
        if (words.Length == 0) return "article";
        return Guid.TryParse(words, out _) ? $"article-{words}" : words;
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z")]
    private static partial Regex Pattern();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInSlug();
}
