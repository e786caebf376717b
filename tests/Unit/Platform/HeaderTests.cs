using Microsoft.AspNetCore.Http;
using Platform.Web;
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
    public async Task If_Match_sets_the_expected_version(string? header, Expected expected) =>
        Assert.Equal(expected, (await Read(header)).Expected);

    [Theory]
    [InlineData("3")]
    [InlineData("\"three\"")]
    [InlineData("\"-3\"")]
    [InlineData("\"3-1\"")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("\"99999999999999999999\"")]
    [InlineData("\"\"")]
    [InlineData("\"*\"")]
    public async Task Any_other_value_is_malformed(string header) =>
        Assert.Equal("If-Match", (await Assert.ThrowsAsync<Malformed>(() => Read(header))).Field);

    private static async Task<IfMatch> Read(string? header)
    {
        var http = new DefaultHttpContext();
        if (header is not null) http.Request.Headers.IfMatch = header;
        return await IfMatch.BindAsync(http);
    }
}

public class ConditionalRequestTests
{
    [Fact]
    public void A_content_keeps_its_tag()
    {
        Assert.Equal("\"ba7816bf8f01cfea\"", EntityTag.Of("abc"u8));
        Assert.Equal("\"ba7816bf8f01cfea414140de\"", EntityTag.Of("abc"u8, bytes: 12));
        Assert.Equal("ba7816bf8f01cfea", EntityTag.Hash("abc"u8));
    }

    private static readonly DateTimeOffset Modified = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("\"a\"", null, true)]
    [InlineData("W/\"a\"", null, true)]
    [InlineData("\"b\", \"a\"", null, true)]
    [InlineData("*", null, true)]
    [InlineData("\"b\"", null, false)]
    [InlineData(null, "Wed, 04 Mar 2026 05:06:07 GMT", true)]
    [InlineData(null, "Thu, 05 Mar 2026 05:06:07 GMT", true)]
    [InlineData(null, "Wed, 04 Mar 2026 05:06:06 GMT", false)]
    [InlineData(null, "yesterday", false)]
    [InlineData("\"b\"", "Thu, 05 Mar 2026 05:06:07 GMT", false)] // the ETag takes precedence
    [InlineData("\"a\"", "Tue, 03 Mar 2026 05:06:07 GMT", true)]
    public void If_None_Match_takes_precedence_over_If_Modified_Since(string? ifNoneMatch, string? ifModifiedSince, bool held)
    {
        var request = new DefaultHttpContext().Request;
        if (ifNoneMatch is not null) request.Headers.IfNoneMatch = ifNoneMatch;
        if (ifModifiedSince is not null) request.Headers.IfModifiedSince = ifModifiedSince;
        Assert.Equal(held, EntityTag.IsHeld(request, "\"a\"", Modified));
    }

    [Fact]
    public void A_response_without_an_ETag_or_modification_time_is_never_not_modified()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.IfModifiedSince = "Thu, 05 Mar 2026 05:06:07 GMT";
        Assert.False(EntityTag.IsHeld(request, "\"a\"", null));
        request.Headers.IfNoneMatch = "*";
        Assert.False(EntityTag.IsHeld(request, null, Modified));
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
    public async Task The_idempotency_key_is_the_id_of_the_new_resource(string? header, string? id) =>
        Assert.Equal(id is null ? null : Guid.Parse(id), (await Read(header)).Value);

    [Theory]
    [InlineData("again")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task Any_other_value_is_malformed(string header) =>
        Assert.Equal("Idempotency-Key", (await Assert.ThrowsAsync<Malformed>(() => Read(header))).Field);

    private static async Task<IdempotencyKey> Read(string? header)
    {
        var http = new DefaultHttpContext();
        if (header is not null) http.Request.Headers["Idempotency-Key"] = header;
        return await IdempotencyKey.BindAsync(http);
    }
}
