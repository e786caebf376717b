using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Platform.Web;

/// <summary>
/// Content negotiation by quality values (RFC 9110, section 12). The gateway, which caches one response per outcome, and the services,
/// which produce the responses, use the same functions, so that a cached response is only sent to clients that accept it.
/// </summary>
public static class Negotiation
{
    /// <summary>The media types that one address may offer.</summary>
    public const string Json = "application/json", Plain = "text/plain", Markdown = "text/markdown";

    /// <summary>The content codings of a response.</summary>
    public const string Brotli = "br", Gzip = "gzip", Identity = "identity";

    private static readonly string[] Kinds = [Json, Plain, Markdown], Codings = [Brotli, Gzip, Identity];

    /// <summary>The media type for an <c>Accept</c> header; JSON if the header accepts none of the offers.</summary>
    public static string Kind(StringValues accept) => Best(accept, Kinds, inListedOrder: true) ?? Json;

    /// <summary>The content coding for an <c>Accept-Encoding</c> header; identity if the header accepts none of the offers.</summary>
    public static string Coding(StringValues acceptEncoding) => Best(acceptEncoding, Codings, inListedOrder: false) ?? Identity;

    /// <summary>
    /// The offer with the highest quality. Between equal ones, the offer that the header matches more precisely wins; then the one that the
    /// client lists first, or else the first offer. Null if the header accepts none. Must not allocate, because every cache hit calls it.
    /// </summary>
    private static string? Best(StringValues header, string[] offers, bool inListedOrder)
    {
        Span<Match> matches = stackalloc Match[offers.Length];
        var position = 0;
        foreach (var line in header)
            for (var rest = line.AsSpan(); !rest.IsEmpty;)
            {
                var range = UpTo(',', ref rest);
                var name = UpTo(';', ref range).Trim();
                if (name.IsEmpty) continue;
                var quality = Quality(range);
                position++;
                for (var i = 0; i < offers.Length; i++)
                    if (Precision(name, offers[i]) is var precision && precision > matches[i].Precision)
                        matches[i] = new(quality, precision, inListedOrder ? position : 0);
            }

        var best = -1;
        for (var i = 0; i < offers.Length; i++)
            if (matches[i].Quality > 0 && (best < 0 || matches[i].IsBetterThan(matches[best]))) best = i;
        return best < 0 ? null : offers[best];
    }

    /// <summary>
    /// How precisely a header entry matches an offer: 3 exactly, 2 by type with any subtype, 1 by a wildcard, 0 not at all.
    /// </summary>
    private static int Precision(ReadOnlySpan<char> name, string offer) =>
        name.Equals(offer, StringComparison.OrdinalIgnoreCase) ? 3
        : name is "*" or "*/*" ? 1
        : name.EndsWith("/*") && offer.AsSpan().StartsWith(name[..^1], StringComparison.OrdinalIgnoreCase) ? 2
        : 0;

    /// <summary>The parameter <c>q</c>: 1 if it is absent, 0 if it is not a number.</summary>
    private static double Quality(ReadOnlySpan<char> parameters)
    {
        while (!parameters.IsEmpty)
        {
            var parameter = UpTo(';', ref parameters).Trim();
            if (parameter is not ['q' or 'Q', ..]) continue;
            var value = parameter[1..].TrimStart();
            if (value is not ['=', ..]) continue;
            const NumberStyles Style = NumberStyles.AllowDecimalPoint;
            return double.TryParse(value[1..].Trim(), Style, CultureInfo.InvariantCulture, out var quality) ? quality : 0;
        }
        return 1;
    }

    private static ReadOnlySpan<char> UpTo(char separator, ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(separator);
        var first = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return first;
    }

    private readonly record struct Match(double Quality, int Precision, int Position)
    {
        public bool IsBetterThan(Match other) =>
            Quality != other.Quality ? Quality > other.Quality
            : Precision != other.Precision ? Precision > other.Precision
            : Position < other.Position;
    }
}
