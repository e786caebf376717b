using System.Text.RegularExpressions;
using AnyAscii;

namespace Articles;

/// <summary>An article's name in addresses: lower-case Latin words joined by hyphens, whatever the script of the title.</summary>
public static partial class Slug
{
    public const int MaxLength = 120;
    public const string Rule = "must be 1..120 lower-case Latin letters and digits in words joined by hyphens, and not an id";

    /// <summary>A slug that could be read as an id would lead to another article, or to none.</summary>
    public static bool IsValid(string slug) => slug.Length <= MaxLength && Pattern().IsMatch(slug) && !Guid.TryParse(slug, out _);

    /// <summary>A slug out of a title, transliterated; "article" where nothing is left.</summary>
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
