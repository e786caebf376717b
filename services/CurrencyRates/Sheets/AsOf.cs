using System.Globalization;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>
/// The query parameter <c>asOf</c>: an instant with an offset (<c>2026-04-24T17:00:00+03:00</c>, with the plus sign written as %2B) or a
/// date, which means its start in UTC. Null if absent; anything else is a 400.
/// </summary>
public readonly record struct AsOf(DateTimeOffset? Moment)
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads the parameter from a request.</summary>
    public static ValueTask<AsOf> BindAsync(HttpContext http)
    {
        string? text = http.Request.Query["asOf"];
        return new(string.IsNullOrEmpty(text) ? new AsOf(null) : Parse(text));
    }

    /// <summary>Parses the value of the parameter.</summary>
    public static AsOf Parse(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new(new DateTimeOffset(ValidDates.Check("asOf", date), TimeOnly.MinValue, TimeSpan.Zero));
        // An unescaped plus sign arrives as a space.
        if (DateTime.TryParseExact(
            text.Replace(' ', '+'), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)
            && moment.Kind == DateTimeKind.Utc)
            return new(ValidDates.Check("asOf", new DateTimeOffset(moment)));
        throw new Malformed("asOf", "must be a date (2026-04-24) or an instant with an offset (2026-04-24T14:00:00Z)");
    }
}
