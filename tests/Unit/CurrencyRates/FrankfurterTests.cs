using CurrencyRates.Foreign;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Unit.CurrencyRates;

public class FrankfurterTests
{
    private static readonly DateOnly Today = new(2025, 4, 4);

    [Theory]
    [InlineData("2025-01-01..", null, true)]
    [InlineData("2022-01-01..2025-04-04", null, true)]
    [InlineData("1999-01-04..", null, false)]
    [InlineData("1000-01-01..2999-12-31", null, false)]
    [InlineData("1999-01-04..", "USD", true)]
    [InlineData("1000-01-01..2999-12-31", "USD,CNY", true)]
    [InlineData("1999-01-04..", "USD,CNY,INR,KZT,BYN,TJS,UZS,KGS", false)]
    [InlineData("latest", null, true)]
    public void A_range_with_too_many_quotes_is_rejected(string period, string? symbols, bool isAnswered) =>
        Assert.Equal(isAnswered, Asked(period, symbols).TooLong(Today) is null);

    [Fact]
    public void The_error_says_how_to_split_the_range()
    {
        var advice = Asked("1999-01-04..", null).TooLong(Today)!;
        Assert.Contains("at most 1500 days at a time, such as 1999-01-04..2003-02-11", advice, StringComparison.Ordinal);
        Assert.Null(Asked("1999-01-04..2003-02-11", null).TooLong(Today));
        Assert.NotNull(Asked("1999-01-04..2003-02-12", null).TooLong(Today));
    }

    private static Frankfurter.Query Asked(string period, string? symbols)
    {
        var query = new Dictionary<string, StringValues>();
        if (symbols is not null) query["symbols"] = symbols;
        return Frankfurter.Query.Parse(period, new QueryCollection(query), Today)!;
    }
}
