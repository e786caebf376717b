using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Kit;
using Xunit;
using PublicComments = Platform.Contracts.Comments;

namespace Integration.Gateway;

/// <summary>Clients of the live stream that read more slowly than events are published, or not at all.</summary>
public sealed partial class SlowClientTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task A_client_that_falls_behind_receives_everything_over_the_same_connection()
    {
        await using var strict = await gateway.Another(("Gateway:Live:Buffer", "8"), ("Gateway:Live:HeartbeatSeconds", "60"));
        using var quick = GatewayFixture.At(strict);
        await using var witness = await LiveClient.At(quick);
        using var slow = await ThatReadsOnlyTheStart(quick.BaseAddress!);
        var comments = await PublishLongComments(witness);

        var stream = slow.GetStream();
        using var rest = new MemoryStream();
        var buffer = new byte[1 << 20];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var last = Encoding.UTF8.GetBytes($"{comments[^1]}");
        while (rest.GetBuffer().AsSpan(0, (int)rest.Length).LastIndexOf(last) < 0)
        {
            var read = await stream.ReadAsync(buffer, limit.Token);
            Assert.NotEqual(0, read);
            rest.Write(buffer, 0, read);
        }
        var received = Encoding.UTF8.GetString(rest.ToArray());
        Assert.All(comments, id => Assert.Single(Regex.Matches(received, $"\"id\":\"{id}\"")));
        Assert.Equal(comments, comments.OrderBy(id => received.IndexOf($"{id}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_client_that_stops_reading_is_disconnected_and_receives_the_rest_when_it_returns()
    {
        var dropped = 0L;
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "platform.gateway.live.dropped") listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref dropped, value));
        meters.Start();
        await using var strict = await gateway.Another(("Gateway:Live:Buffer", "8"), ("Gateway:Live:HeartbeatSeconds", "1"));
        using var quick = GatewayFixture.At(strict);
        await using var witness = await LiveClient.At(quick);
        using var slow = await ThatReadsOnlyTheStart(quick.BaseAddress!);
        var comments = await PublishLongComments(witness);
        await Eventually.IsTrue(() => Task.FromResult(Interlocked.Read(ref dropped) > 0), "the client that does not read is disconnected");

        using var rest = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await slow.GetStream().CopyToAsync(rest, Cancelled);
            throw new IOException("ended");
        });
        var heard = Encoding.UTF8.GetString(rest.ToArray());
        Assert.True(comments.Count(id => heard.Contains($"{id}", StringComparison.Ordinal)) < comments.Length, "it was not disconnected");

        await using var back = await LiveClient.At(
            quick, lastEventId: Whole().Matches(heard) is { Count: > 0 } whole ? whole[^1].Groups[1].Value : witness.Received[0].Id);
        await back.WaitFor(comments[^1], "comment posted");
    }

    /// <summary>A client that reads the beginning of the response and then nothing.</summary>
    private static async Task<TcpClient> ThatReadsOnlyTheStart(Uri gateway)
    {
        var slow = new TcpClient { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(IPAddress.Loopback, gateway.Port, Cancelled);
        await slow.GetStream().WriteAsync("GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancelled);
        var start = new byte[400];
        var read = await slow.GetStream().ReadAtLeastAsync(start, 200, cancellationToken: Cancelled);
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(start, 0, read), StringComparison.Ordinal);
        return slow;
    }

    private async Task<Guid[]> PublishLongComments(LiveClient witness)
    {
        var comments = Enumerable.Range(0, 60).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var id in comments)
        {
            await gateway.Bus.Publish(Posted(id, new string('x', 200_000)));
            await witness.WaitFor(id, "comment posted");
        }
        return comments;
    }

    [GeneratedRegex(@"id: (\d+)\nevent: comment\ndata: [^\n]*\n\n")]
    private static partial Regex Whole();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static PublicComments.CommentPosted Posted(Guid id, string text)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new(Guid.CreateVersion7(), $"comment-{id}", 1, now, id, Guid.CreateVersion7(), null, "Ann", text, now);
    }
}
