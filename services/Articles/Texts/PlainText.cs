using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Platform.Web;

namespace Articles.Texts;

/// <summary>Removes markup from titles, leads and names, and converts HTML to plain text.</summary>
public static partial class PlainText
{
    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "P", "BR", "HR", "H1", "H2", "H3", "H4", "H5", "H6", "UL", "OL", "LI", "BLOCKQUOTE", "PRE", "FIGURE", "FIGCAPTION", "TABLE", "TR",
        "CAPTION", "DIV",
        "DL", "DT", "DD", "ADDRESS",
    };

    /// <summary>
    /// Converts the input of an editor to one line of plain text. The result contains nothing that an HTML parser reads as a tag, so that a
    /// feed reader that wrongly treats it as HTML shows only the words, and no characters that XML forbids. Cleaning the result again does
    /// not change it.
    /// </summary>
    public static string Clean(string text)
    {
        // Repeated until nothing changes, because the text around a removed tag may form another tag.
        var (before, cleaned) = ("", Xml(text));
        while (cleaned != before)
            (before, cleaned) = (cleaned, Tag().Replace(InWord().Replace(Scripts().Replace(cleaned, " "), ""), " "));
        return Spaces().Replace(cleaned, " ").Trim();
    }

    /// <summary>The cleaned text; null if the input is null or nothing remains of it.</summary>
    public static string? CleanOrNull(string? text) => text is null || Clean(text) is not { Length: > 0 } clean ? null : clean;

    /// <summary>Removes characters that XML 1.0 does not allow, and unpaired surrogates.</summary>
    public static string Xml(string text) => XmlSafe.Text(text);

    /// <summary>Converts sanitised HTML to plain text with a line for each block.</summary>
    public static string OfHtml(string html)
    {
        var words = new StringBuilder();
        Write(new HtmlParser().ParseDocument($"<body>{html}</body>").Body!, words);
        return string.Join(
            '\n', words.ToString().Split('\n').Select(line => Spaces().Replace(line, " ").Trim()).Where(line => line.Length > 0));
    }

    private static void Write(INode node, StringBuilder words)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText text) words.Append(text.Data.Replace('\n', ' '));
            else if (child is IElement element)
            {
                var block = Blocks.Contains(element.TagName);
                if (block) words.Append('\n');
                else if (element.TagName is "TD" or "TH") words.Append(' ');
                if (element.TagName == "IMG") words.Append(element.GetAttribute("alt"));
                Write(element, words);
                if (block) words.Append('\n');
            }
        }
    }

    [GeneratedRegex(@"<(script|style)\b.*?(</\1\s*>|$)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Scripts();

    /// <summary>Tags that do not separate words, as in Mark&lt;sup&gt;up&lt;/sup&gt;.</summary>
    [GeneratedRegex(
        @"</?(a|abbr|b|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|tt|u|var|wbr)\b[^<>]*>",
        RegexOptions.IgnoreCase)]
    private static partial Regex InWord();

    [GeneratedRegex("<[a-zA-Z/!?][^<>]*>?")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
