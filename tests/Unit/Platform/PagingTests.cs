using Microsoft.AspNetCore.Http;
using Platform.Hosting;
using Xunit;

namespace Unit.Platform;

public class PagingTests
{
    private sealed record Key(DateTimeOffset At, string Id);

    [Fact]
    public void The_last_page_has_no_cursor() => Assert.Null(Cut(new Paging(3, null), "abc").Next);

    [Fact]
    public void A_page_holds_at_most_its_limit_and_names_the_next()
    {
        var page = Cut(new Paging(2, null), "abc");
        Assert.Equal(["a", "b"], page.Items);
        Assert.Equal(new Key(Kit.Some.Noon, "b"), new Paging(2, page.Next).After<Key>());
    }

    [Fact]
    public void The_first_page_comes_after_nothing() => Assert.Null(new Paging(2, null).After<Key>());

    [Theory]
    [InlineData("nonsense")]
    [InlineData("e30=")]
    [InlineData("%00")]
    [InlineData("e30")]
    [InlineData("bnVsbA")]
    [InlineData("W10")]
    [InlineData("eyJhdCI6MSwiaWQiOiJhIn0")]
    [InlineData("Zg")]
    public void A_cursor_that_no_list_gave_is_malformed(string cursor) => Assert.Equal("cursor", Assert.Throws<Malformed>(() => new Paging(2, cursor).After<Key>() is null).Field);

    [Theory]
    [InlineData("", 20)]
    [InlineData("?limit=1", 1)]
    [InlineData("?limit=100", 100)]
    public async Task The_limit_is_taken_from_the_address(string query, int limit) => Assert.Equal(limit, (await Paging.BindAsync(Asked(query))).Limit);

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=ten")]
    [InlineData("?limit=1&limit=2")]
    public async Task A_limit_out_of_range_is_malformed(string query) =>
        Assert.Equal("limit", (await Assert.ThrowsAsync<Malformed>(async () => await Paging.BindAsync(Asked(query)))).Field);

    private static DefaultHttpContext Asked(string query) => new() { Request = { QueryString = new QueryString(query) } };

    private static Page<string> Cut(Paging paging, string rows) => paging.Page([.. rows], c => new Key(Kit.Some.Noon, $"{c}"), c => $"{c}");
}
