using System.Globalization;
using Platform.Hosting;

namespace CurrencyRates;

/// <summary>
/// <c>?asOf=</c>: a moment with its offset (<c>2026-04-24T17:00:00+03:00</c>, a plus sign written as %2B) or a date (its first moment in
/// UTC). Null where absent; anything else is a 400.
/// </summary>
public readonly record struct AsOf(DateTimeOffset? Moment)
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads the parameter of a request.</summary>
    public static ValueTask<AsOf> BindAsync(HttpContext http)
    {
        string? text = http.Request.Query["asOf"];
        return new(string.IsNullOrEmpty(text) ? new AsOf(null) : Parse(text));
    }

    /// <summary>As <see cref="BindAsync"/>, out of the text alone.</summary>
    public static AsOf Parse(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new(new DateTimeOffset(ValidDates.Check("asOf", date), TimeOnly.MinValue, TimeSpan.Zero));
        // A plus sign that was not escaped arrives as a blank.
        if (DateTime.TryParseExact(
            text.Replace(' ', '+'), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)
            && moment.Kind == DateTimeKind.Utc)
            return new(ValidDates.Check("asOf", new DateTimeOffset(moment)));
        throw new Malformed("asOf", "must be a date (2026-04-24) or a moment with its offset (2026-04-24T14:00:00Z)");
    }
}
