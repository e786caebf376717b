using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Web;

namespace Comments.Posting;

/// <summary>The rules for names and texts. They are the same for new, edited and imported comments.</summary>
public static partial class CommentText
{
    public const int LongestText = 5000, LongestAuthor = 80;

    /// <summary>The trimmed name. Control characters and characters that change the writing direction are rejected.</summary>
    public static string Author(string author)
    {
        var name = author.Trim();
        if (name.Length == 0) throw new Malformed("author", "must not be blank");
        foreach (var c in name)
            if (char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
                throw new Malformed("author", $"contains the character {Code(c)}, which is not allowed in a name");
        return name.Visible("author");
    }

    /// <summary>The trimmed text with line feeds as line ends. Other control characters, except tabs, are rejected.</summary>
    public static string Text(string text)
    {
        var trimmed = text.ReplaceLineEndings("\n").Trim();
        if (trimmed.Length == 0) throw new Malformed("text", "must not be blank");
        foreach (var c in trimmed)
            if (char.IsControl(c) && c is not ('\n' or '\t'))
                throw new Malformed("text", $"contains the character {Code(c)}, which is not allowed in a text");
        // The rendered text must be visible: an empty link, or a code fence without lines, renders to nothing.
        return Markup.IsVisible(trimmed) ? trimmed : throw new Malformed("text", VisibleText.Rule);
    }

    /// <summary>The number of links in a text. They may omit the scheme: browsers read both // and \\ as the start of a host.</summary>
    public static int Links(string text) => Link().Count(text);

    private static string Code(char c) => $"U+{((int)c).ToString("X4", CultureInfo.InvariantCulture)}";

    [GeneratedRegex(@"https?://|www\.|(?<![\w:/\\])[/\\]{2}(?=[^\s/\\)])", RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
