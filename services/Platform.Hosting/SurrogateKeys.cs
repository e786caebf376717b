using Microsoft.AspNetCore.Http;

namespace Platform.Hosting;

/// <summary>
/// The header Surrogate-Key names what an answer is made of (to a read) or what was changed (by a write): streams and collections. The gateway
/// keeps an answer until one of its names changes, and hands the header on to nobody.
/// </summary>
public static class SurrogateKeys
{
    /// <summary>Name of the header.</summary>
    public const string Header = "Surrogate-Key";

    /// <summary>Adds names to the answer.</summary>
    public static void Name(this HttpResponse response, params IEnumerable<string> keys) =>
        response.Headers[Header] = string.Join(' ', keys.Prepend(response.Headers[Header].ToString()).Where(k => k.Length > 0));
}
