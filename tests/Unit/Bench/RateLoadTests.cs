using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bench;
using Xunit;

namespace Unit.Bench;

public sealed class RateLoadTests : IDisposable
{
    private const string Created = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
    private const string Chunked =
        "HTTP/1.1 201 Created\r\nserver: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\r\n\r\nA\r\n 12345678}\r\n0\r\n\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData(Created)]
    [InlineData(Chunked)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    public void A_response_is_complete_with_its_last_byte(string response)
    {
        var bytes = Encoding.ASCII.GetBytes(response);
        for (var length = 0; length < bytes.Length; length++) Assert.Null(RawAnswer.Length(bytes.AsSpan(0, length)));
        Assert.Equal(bytes.Length, RawAnswer.Length(bytes));
        Assert.Equal(bytes.Length, RawAnswer.Length([.. bytes, .. "HTTP/1.1"u8]));
    }

    [Fact]
    public void Only_2xx_is_a_success()
    {
        Assert.True(RawAnswer.IsSuccess(Encoding.ASCII.GetBytes(Created)));
        Assert.False(RawAnswer.IsSuccess("HTTP/1.1 503 Service Unavailable\r\n\r\n"u8));
    }

    [Fact]
    public async Task Each_request_is_sent_and_reported_once()
    {
        var server = Serve(Chunked);
        var reported = new ConcurrentBag<int>();
        var reached = await RateLoad.Run(
            server, 1000, 300, _ => KeptConnection.Post("/api/articles/1/comments", "{}"), (i, _) => reported.Add(i));
        Assert.Equal(Enumerable.Range(0, 300), reported.Order());
        Assert.InRange(reached, 1, 1100);
    }

    [Fact]
    public async Task A_rejected_request_fails_the_measurement()
    {
        var server = Serve("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RateLoad.Run(server, 1000, 1, _ => KeptConnection.Post("/", "{}"), (_, _) => { }));
        Assert.Contains("429", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(985, true)]
    [InlineData(970, false)]
    public void A_rate_that_is_clearly_lower_is_not_reached(double reached, bool expected) =>
        Assert.Equal(expected, RateLoad.IsReached(reached, 1000));

    /// <summary>Answers every request on every connection in the same way, in two pieces.</summary>
    private Uri Serve(string response)
    {
        _listener.Start();
        _ = Accept(_listener, Encoding.ASCII.GetBytes(response));
        return new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
    }

    private static async Task Accept(TcpListener listener, byte[] response)
    {
        try
        {
            while (true) _ = Answer(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken), response);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private static async Task Answer(Socket connection, byte[] response)
    {
        using var _ = connection;
        connection.NoDelay = true;
        var (request, length, ct) = (new byte[1024], 0, TestContext.Current.CancellationToken);
        try
        {
            while (await connection.ReceiveAsync(request.AsMemory(length), ct) is > 0 and var read)
            {
                length += read;
                if (!request.AsSpan(0, length).EndsWith("{}"u8)) continue;
                length = 0;
                await connection.SendAsync(response.AsMemory(0, 30), ct);
                await connection.SendAsync(response.AsMemory(30), ct);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The client closed the connection.
        }
    }

    public void Dispose() => _listener.Dispose();
}
