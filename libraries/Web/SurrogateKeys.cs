using Microsoft.AspNetCore.Http;
using Platform.Contracts;

namespace Platform.Web;

/// <summary>
/// The header Surrogate-Key lists the streams and collections that a response was built from (for a read) or that a write changed. The
/// gateway caches a response until one of its keys changes, and does not forward the header to clients.
/// </summary>
public static class SurrogateKeys
{
    /// <summary>The name of the header.</summary>
    public const string Header = "Surrogate-Key";

    /// <summary>
    /// Header with the age of a response in milliseconds since it was fetched from its service; for a page, the age of the oldest response
    /// it was built from. With it, the gateway that caches the page detects whether the page lacks a change that the gateway knows of.
    /// </summary>
    public const string Age = "Surrogate-Age";

    /// <summary>Maximum length of the header; proxies and clients reject responses with longer ones.</summary>
    internal const int Longest = 8 * 1024;

    /// <summary>Adds surrogate keys to the response.</summary>
    public static void TagWithKeys(this HttpResponse response, params IEnumerable<SurrogateKey> keys)
    {
        var all = string.Join(' ', keys.Select(k => k.Value).Prepend(response.Headers[Header].ToString()).Where(k => k.Length > 0));
        response.Headers[Header] = all.Length > Longest ? SurrogateKey.Everything.Value : all;
    }

    /// <summary>Reads the keys in the values of the header.</summary>
    public static SurrogateKey[] Parse(params IEnumerable<string?> header) =>
    [
        .. header.SelectMany(h => (h ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(k => new SurrogateKey(k)),
    ];
}
