using System.Text;
using System.Xml;

namespace Platform.Web;

/// <summary>Prepares text for an XML writer, which throws on characters that XML does not allow.</summary>
public static class XmlSafe
{
    /// <summary>The text without characters that XML 1.0 does not allow and without unpaired surrogates.</summary>
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
