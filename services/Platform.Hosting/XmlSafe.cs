using System.Text;
using System.Xml;

namespace Platform.Hosting;

/// <summary>Text as XML can hold it. An XML writer throws if it meets anything else.</summary>
public static class XmlSafe
{
    /// <summary>Without characters that XML 1.0 cannot hold, and without halves of characters.</summary>
    public static string Text(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) kept.Append(text[i]).Append(text[++i]);
            else if (XmlConvert.IsXmlChar(text[i])) kept.Append(text[i]);
        }
        return kept.ToString();
    }
}
