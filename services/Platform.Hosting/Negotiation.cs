using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Platform.Hosting;

/// <summary>
/// What a client is answered with, by the quality values of its headers (RFC 9110, section 12). The gateway, which keeps one answer for
/// each outcome, and the services, which make the answers, ask the same functions, so that no answer is kept for clients that cannot read
/// it.
/// </summary>
public static class Negotiation
{
    /// <summary>Kinds of answer that one address may have.</summary>
    public const string Json = "application/json", Plain = "text/plain", Markdown = "text/markdown";

    /// <summary>Codings of an answer.</summary>
    public const string Brotli = "br", Gzip = "gzip", Identity = "identity";

    private static readonly string[] Kinds = [Json, Plain, Markdown], Codings = [Brotli, Gzip, Identity];

    /// <summary>The kind for an <c>Accept</c> header; JSON if the client names none that there is.</summary>
    public static string Kind(StringValues accept) => Best(accept, Kinds, inListedOrder: true) ?? Json;

    /// <summary>The coding for an <c>Accept-Encoding</c> header; none if the client names none that there is.</summary>
    public static string Coding(StringValues acceptEncoding) => Best(acceptEncoding, Codings, inListedOrder: false) ?? Identity;

    /// <summary>
    /// The offer with the highest quality, of equal ones the one that is named more precisely; then the one that the client names first,
    /// or else the first offer. Null if the header accepts none. Allocates nothing: every cache hit asks.
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

    /// <summary>3: the offer itself; 2: its type with any subtype; 1: anything; 0: something else.</summary>
    private static int Precision(ReadOnlySpan<char> name, string offer) =>
        name.Equals(offer, StringComparison.OrdinalIgnoreCase) ? 3
        : name is "*" or "*/*" ? 1
        : name.EndsWith("/*") && offer.AsSpan().StartsWith(name[..^1], StringComparison.OrdinalIgnoreCase) ? 2
        : 0;

    /// <summary>The parameter <c>q</c>: 1 if it is absent, 0 if it is no number.</summary>
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
