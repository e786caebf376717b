using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Hosting;

namespace Comments;

/// <summary>What people may write, the same for a new comment and for an edited one.</summary>
public static partial class CommentText
{
    public const int LongestText = 5000, LongestAuthor = 80;

    /// <summary>Trimmed, on one line, and without what turns the direction of the words around it.</summary>
    public static string Author(string author)
    {
        var name = author.Trim();
        if (name.Length == 0) throw new Malformed("author", "must not be blank");
        foreach (var c in name)
            if (char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
                throw new Malformed("author", $"contains the character {Code(c)}, which no name has");
        return name.Visible("author");
    }

    /// <summary>Trimmed, with one kind of line end.</summary>
    public static string Text(string text)
    {
        var words = text.ReplaceLineEndings("\n").Trim();
        if (words.Length == 0) throw new Malformed("text", "must not be blank");
        foreach (var c in words)
            if (char.IsControl(c) && c is not ('\n' or '\t'))
                throw new Malformed("text", $"contains the character {Code(c)}, which no text has");
        // Markup counts by what it renders to: an empty link, or a fence without lines, shows nothing.
        return Markup.IsVisible(words) ? words : throw new Malformed("text", VisibleText.Rule);
    }

    /// <summary>How many links a text has. A link may leave out the scheme: browsers read both // and \\ as the start of a host.</summary>
    public static int Links(string text) => Link().Count(text);

    private static string Code(char c) => $"U+{((int)c).ToString("X4", CultureInfo.InvariantCulture)}";

    [GeneratedRegex(@"https?://|www\.|(?<![\w:/\\])[/\\]{2}(?=[^\s/\\)])", RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
