using System.Collections.Concurrent;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Kit;

/// <summary>
/// A client of <c>GET /api/live</c> that behaves as the EventSource of a browser does, and records the events it receives.
/// </summary>
public sealed class LiveClient : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly RecordingStream _bytes;
    private readonly SseParser<string> _parser;
    private readonly CancellationTokenSource _disconnect = new();
    private readonly ConcurrentQueue<(string? Id, string Topic, JsonElement Data)> _received = new();

    private LiveClient(HttpResponseMessage answer, Stream stream)
    {
        _answer = answer;
        _parser = SseParser.Create(_bytes = new RecordingStream(stream));
        Ended = Listen();
    }

    /// <summary>
    /// Connects, and receives the events from now on, or after <paramref name="lastEventId"/>. The test fails if the connection is refused.
    /// </summary>
    public static async Task<LiveClient> At(HttpClient client, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/live{query}")
        {
            Headers = { { "Accept", "text/event-stream" }, { "Accept-Encoding", "gzip, br" } },
        };
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
            Assert.Fail($"/api/live refused the connection: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        var listener = new LiveClient(answer, await answer.Content.ReadAsStreamAsync());
        await Eventually.IsTrue(
            () => Task.FromResult(listener.LastEventId.Length > 0 || listener.Ended.IsCompleted),
            "a new client of /api/live receives an event id");
        return listener;
    }

    public HttpResponseMessage Answer => _answer;
    /// <summary>The Last-Event-ID that an EventSource would send when it reconnects.</summary>
    public string LastEventId => _parser.LastEventId;
    /// <summary>Everything received so far, as text.</summary>
    public string Raw => _bytes.Text;
    /// <summary>Completes when the connection has ended.</summary>
    public Task Ended { get; }
    /// <summary>The events received so far, in order.</summary>
    public IReadOnlyList<(string? Id, string Topic, JsonElement Data)> Received => [.. _received];

    /// <summary>The changes received so far for one article, comment or rate sheet, such as <c>comment posted</c>.</summary>
    public IReadOnlyList<string> Of(Guid id) =>
    [
        .. Received.Where(h => h.Data.TryGetProperty("id", out var of) && of.TryGetGuid(out var guid) && guid == id).Select(
            h => $"{h.Topic} {h.Data.GetProperty("change").GetString()}"),
    ];

    /// <summary>Waits until the last change received for this id is <paramref name="change"/>.</summary>
    public Task WaitFor(Guid id, string change, TimeSpan? limit = null) =>
        Eventually.IsTrue(
            () => Task.FromResult(Of(id) is [.., var last] && last == change), $"\"{change}\" is received for {id}", limit);

    private async Task Listen()
    {
        try
        {
            await foreach (var item in _parser.EnumerateAsync(_disconnect.Token))
                _received.Enqueue((item.EventId, item.EventType, JsonSerializer.Deserialize<JsonElement>(item.Data)));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // One of the two sides has disconnected.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disconnect.CancelAsync();
        _answer.Dispose();
        await Ended;
        _disconnect.Dispose();
    }

    private sealed class RecordingStream(Stream stream) : Stream
    {
        private readonly StringBuilder _text = new();

        public string Text { get { lock (_text) return _text.ToString(); } }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await stream.ReadAsync(buffer, cancellationToken);
            lock (_text) _text.Append(Encoding.UTF8.GetString(buffer.Span[..read]));
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
