using Microsoft.AspNetCore.Http;
using Platform.EventSourcing;
using Platform.Hosting;
using Xunit;

namespace Unit.Platform;

public class IfMatchTests
{
    public static TheoryData<string?, Expected> Headers { get; } = new()
    {
        { null, Expected.Nothing },
        { "", Expected.Nothing },
        { "*", Expected.Any },
        { "\"3\"", Expected.Exactly(3) },
    };

    [Theory]
    [MemberData(nameof(Headers), DisableDiscoveryEnumeration = true)]
    public async Task It_says_which_version_was_seen(string? header, Expected expected) => Assert.Equal(expected, (await Read(header)).Expected);

    [Theory]
    [InlineData("3")]
    [InlineData("\"three\"")]
    [InlineData("\"-3\"")]
    [InlineData("\"3-1\"")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("\"99999999999999999999\"")]
    [InlineData("\"\"")]
    [InlineData("\"*\"")]
    public async Task Anything_else_is_malformed(string header) => Assert.Equal("If-Match", (await Assert.ThrowsAsync<Malformed>(() => Read(header))).Field);

    private static async Task<IfMatch> Read(string? header)
    {
        var http = new DefaultHttpContext();
        if (header is not null) http.Request.Headers.IfMatch = header;
        return await IfMatch.BindAsync(http);
    }
}

public class IdempotencyKeyTests
{
    private const string Key = "01900000-0000-7000-8000-000000000001";

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(Key, Key)]
    [InlineData($"\"{Key}\"", Key)]
    public async Task It_is_the_id_of_what_is_created(string? header, string? id) => Assert.Equal(id is null ? null : Guid.Parse(id), (await Read(header)).Value);

    [Theory]
    [InlineData("again")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task Anything_else_is_malformed(string header) => Assert.Equal("Idempotency-Key", (await Assert.ThrowsAsync<Malformed>(() => Read(header))).Field);

    private static async Task<IdempotencyKey> Read(string? header)
    {
        var http = new DefaultHttpContext();
        if (header is not null) http.Request.Headers["Idempotency-Key"] = header;
        return await IdempotencyKey.BindAsync(http);
    }
}
