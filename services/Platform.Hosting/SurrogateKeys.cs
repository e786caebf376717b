using Microsoft.AspNetCore.Http;

namespace Platform.Hosting;

/// <summary>
/// The header Surrogate-Key names what an answer is made of (to a read) or what was changed (by a write): streams and collections. The
/// gateway keeps an answer until one of its names changes, and hands the header on to nobody.
/// </summary>
public static class SurrogateKeys
{
    /// <summary>Name of the header.</summary>
    public const string Header = "Surrogate-Key";

    /// <summary>
    /// Header with the milliseconds since an answer was fetched from its service; of a page, those of the oldest answer it is made of. The
    /// gateway that keeps the page finds out by it whether a change that it knows of is missing in the page.
    /// </summary>
    public const string Age = "Surrogate-Age";

    /// <summary>
    /// The name for everything: a write that changes more than can be named, such as an import, or than fits in a header.
    /// </summary>
    public const string Everything = "*";

    /// <summary>More characters than this are not sent: proxies and clients refuse answers with long headers.</summary>
    internal const int Longest = 8 * 1024;

    /// <summary>Adds names to the answer.</summary>
    public static void Name(this HttpResponse response, params IEnumerable<string> keys)
    {
        var names = string.Join(' ', keys.Prepend(response.Headers[Header].ToString()).Where(k => k.Length > 0));
        response.Headers[Header] = names.Length > Longest ? Everything : names;
    }
}
