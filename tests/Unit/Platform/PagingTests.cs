using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class PagingTests
{
    private sealed record Key(DateTimeOffset At, string Id);

    [Fact]
    public void The_last_page_has_no_cursor() => Assert.Null(Cut(new Paging(3, null), "abc").Next);

    [Fact]
    public void A_page_contains_at_most_limit_items_and_a_cursor_to_the_next_page()
    {
        var page = Cut(new Paging(2, null), "abc");
        Assert.Equal(["a", "b"], page.Items);
        Assert.Equal(new Key(Kit.Some.Noon, "b"), new Paging(2, page.Next).After<Key>());
    }

    [Fact]
    public void The_first_page_has_no_start_key() => Assert.Null(new Paging(2, null).After<Key>());

    [Theory]
    [InlineData("nonsense")]
    [InlineData("e30=")]
    [InlineData("%00")]
    [InlineData("e30")]
    [InlineData("bnVsbA")]
    [InlineData("W10")]
    [InlineData("eyJhdCI6MSwiaWQiOiJhIn0")]
    [InlineData("Zg")]
    public void A_cursor_that_no_list_returned_is_malformed(string cursor) =>
        Assert.Equal("cursor", Assert.Throws<Malformed>(() => new Paging(2, cursor).After<Key>() is null).Field);

    [Theory]
    [InlineData("2026-04-24T12:00:00Z")]
    [InlineData("2026-04-24T15:00:00+03:00")]
    [InlineData("2026-04-24T00:30:00-11:30")]
    public void The_time_in_a_cursor_is_converted_to_UTC(string instant)
    {
        var at = new Paging(2, Cursor($$"""{"at":"{{instant}}","id":"a"}""")).After<Key>()!.At;
        Assert.Equal((new DateTime(2026, 4, 24, 12, 0, 0), TimeSpan.Zero), (at.DateTime, at.Offset));
    }

    [Theory]
    [InlineData("""{"at":"2026-04-24","id":7}""")]
    [InlineData("""{"at":"2026-13-24T12:00:00Z","id":"a"}""")]
    [InlineData("""{"at":"0001-01-01T00:00:00+14:00","id":"a"}""")]
    [InlineData("""{"at":"9999-12-31T23:59:59Z","id":"a"}""")]
    [InlineData("""{"at":"2026-04-24T12:00:00Z","id":null}""")]
    [InlineData("""{"at":"2026-04-24T12:00:00Z","id":"a","more":1}""")]
    [InlineData("""{"at":"2026-04-24T12:00:00Z","id":"a\u0000"}""")]
    [InlineData("""{"at":"2026-04-24T12:00:00Z","id":"\ud800"}""")]
    public void A_cursor_with_an_invalid_key_is_malformed(string key) =>
        Assert.Equal("cursor", Assert.Throws<Malformed>(() => new Paging(2, Cursor(key)).After<Key>() is null).Field);

    [Theory]
    [InlineData("", 20)]
    [InlineData("?limit=1", 1)]
    [InlineData("?limit=100", 100)]
    public async Task The_limit_is_read_from_the_query_string(string query, int limit) =>
        Assert.Equal(limit, (await Paging.BindAsync(Asked(query))).Limit);

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=ten")]
    [InlineData("?limit=1&limit=2")]
    public async Task A_limit_out_of_range_is_malformed(string query) =>
        Assert.Equal("limit", (await Assert.ThrowsAsync<Malformed>(async () => await Paging.BindAsync(Asked(query)))).Field);

    private static string Cursor(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static DefaultHttpContext Asked(string query) => new() { Request = { QueryString = new QueryString(query) } };

    private static Page<string> Cut(Paging paging, string rows) => paging.Page([.. rows], c => new Key(Kit.Some.Noon, $"{c}"), c => $"{c}");
}
