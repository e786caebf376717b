using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Platform.Web;

/// <summary>The dates that every service accepts. The margins leave room for time zones and for arithmetic with months and years.</summary>
public static class ValidDates
{
    /// <summary>The first valid day.</summary>
    public static readonly DateOnly First = new(1000, 1, 1);

    /// <summary>The last valid day.</summary>
    public static readonly DateOnly Last = new(2999, 12, 31);

    /// <summary>Whether a day is within the range.</summary>
    public static bool Contains(DateOnly day) => day >= First && day <= Last;

    /// <summary>Whether the UTC day of an instant is within the range.</summary>
    public static bool Contains(DateTimeOffset instant) => Contains(DateOnly.FromDateTime(instant.UtcDateTime));

    /// <summary>Returns the day, or throws a 400 that names the field if it is outside the range.</summary>
    public static DateOnly Check(string field, DateOnly day) => Contains(day) ? day : throw Outside(field);

    /// <summary>Returns the instant, or throws a 400 that names the field if it is outside the range.</summary>
    public static DateTimeOffset Check(string field, DateTimeOffset instant) => Contains(instant) ? instant : throw Outside(field);

    /// <summary>The first day of a month such as 2026-01, or null if the text is not a valid month.</summary>
    public static DateOnly? Month(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && Contains(first)
            ? first : null;

    /// <summary>
    /// Checks every date and instant in the path and query of a request before the endpoint runs. Properties of a list's filter are not
    /// checked: a list only compares with them, so 0001-01-01 and 9999-12-31 mean that the range is open.
    /// </summary>
    internal static Task CheckParameters(HttpContext http, RequestDelegate next)
    {
        foreach (var parameter in http.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            var (name, type) = (parameter.Name, parameter.ParameterInfo.ParameterType);
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (!IsDate(type) || parameter.ParameterInfo.Member is not MethodInfo) continue;
            // Text that is not a date is rejected later, by parameter binding.
            var text = http.Request.RouteValues.TryGetValue(name, out var value) ? value as string : (string?)http.Request.Query[name];
            var culture = CultureInfo.InvariantCulture;
            if (type == typeof(DateOnly))
            {
                if (DateOnly.TryParse(text, culture, out var day)) Check(name, day);
            }
            else if (DateTimeOffset.TryParse(text, culture, DateTimeStyles.AssumeUniversal, out var at)) Check(name, at);
        }
        return next(http);
    }

    /// <summary>Whether a type is checked: dates and instants.</summary>
    internal static bool IsDate(Type type) => type == typeof(DateOnly) || type == typeof(DateTimeOffset);

    private static Malformed Outside(string field) => new(field, $"must be from {First:yyyy-MM-dd} to {Last:yyyy-MM-dd}");
}
