using System.Globalization;
using System.Text.Json;
using CurrencyRates.Foreign;
using CurrencyRates.Sheets;
using Microsoft.AspNetCore.Http;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class ValidDatesTests
{
    private sealed record Sent(DateTimeOffset? PublishedAt = null, DateOnly? OccurredOn = null, IReadOnlyList<Sent>? More = null);

    [Theory]
    [InlineData("0001-06-01", false)]
    [InlineData("0999-12-31", false)]
    [InlineData("1000-01-01", true)]
    [InlineData("2999-12-31", true)]
    [InlineData("3000-01-01", false)]
    [InlineData("9999-12-31", false)]
    public void A_day_is_valid_from_the_year_1000_to_2999(string day, bool valid) =>
        Assert.Equal(valid, ValidDates.Contains(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2026-01", "2026-01-01")]
    [InlineData("9999-12", null)]
    [InlineData("0001-01", null)]
    [InlineData("2026-13", null)]
    [InlineData("2026-1", null)]
    public void A_month_is_valid_from_the_year_1000_to_2999(string month, string? first) =>
        Assert.Equal(first, ValidDates.Month(month)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("""{"publishedAt":"0001-01-01T00:00:00Z"}""", "publishedAt")]
    [InlineData("""{"publishedAt":"9999-12-31T23:59:59Z"}""", "publishedAt")]
    [InlineData("""{"occurredOn":"0001-01-01"}""", "occurredOn")]
    [InlineData("""{"more":[{"occurredOn":"3000-01-01"}]}""", "occurredOn")]
    public void The_error_of_an_invalid_date_in_a_body_names_the_field(string body, string field) =>
        Assert.Equal(field, Assert.Throws<Malformed>(() => JsonSerializer.Deserialize<Sent>(body, Json.Http)).Field);

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("9999-12-31")]
    [InlineData("0001-01-01")]
    public void An_asOf_outside_the_valid_dates_is_rejected(string text) =>
        Assert.Equal("asOf", Assert.Throws<Malformed>(() => AsOf.Parse(text)).Field);

    [Theory]
    [InlineData("9999-12-31..")]
    [InlineData("0001-01-01..2025-01-01")]
    [InlineData("2025-01-01..9999-12-31")]
    [InlineData("0001-01-01")]
    public void The_Frankfurter_API_reports_an_invalid_date_with_its_own_error(string period) =>
        Assert.Equal("invalid date", Frankfurter.Query.Parse(period, new QueryCollection(), new DateOnly(2025, 4, 4))!.Error);

    [Theory]
    [InlineData("Failed to bind parameter \"Nullable<DateOnly> to\" from \"soon\".", "to", "such as 2026-04-24")]
    [InlineData("Failed to bind parameter \"int? days\" from \"99999999999\".", "days", "whole number")]
    [InlineData("Required parameter \"string q\" was not provided from query string.", "q", "is missing")]
    public void The_error_of_an_unreadable_parameter_names_it_and_says_how_to_fix_it(string message, string field, string mend)
    {
        var problem = Assert.IsType<HttpValidationProblemDetails>(Problems.ToProblem(new BadHttpRequestException(message)));
        Assert.Contains(mend, Assert.Single(problem.Errors[field]), StringComparison.Ordinal);
    }
}
