using System.Collections.Concurrent;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Kit;

/// <summary>Somebody who listens at <c>GET /api/live</c>, as a browser's EventSource does, and keeps what is heard.</summary>
public sealed class Listener : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly Recorded _bytes;
    private readonly SseParser<string> _parser;
    private readonly CancellationTokenSource _gone = new();
    private readonly ConcurrentQueue<(string? Id, string Topic, JsonElement Data)> _heard = new();

    private Listener(HttpResponseMessage answer, Stream stream)
    {
        _answer = answer;
        _parser = SseParser.Create(_bytes = new Recorded(stream));
        Ended = Listen();
    }

    /// <summary>Listens from now on, or from where <paramref name="lastEventId"/> says; it must be let in.</summary>
    public static async Task<Listener> At(HttpClient client, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/live{query}")
        {
            Headers = { { "Accept", "text/event-stream" }, { "Accept-Encoding", "gzip, br" } },
        };
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
            Assert.Fail($"not let in: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        var listener = new Listener(answer, await answer.Content.ReadAsStreamAsync());
        await Eventually.IsTrue(
            () => Task.FromResult(listener.LastEventId.Length > 0 || listener.Ended.IsCompleted), "whoever listens is told where");
        return listener;
    }

    public HttpResponseMessage Answer => _answer;
    /// <summary>What an EventSource would send when it comes back.</summary>
    public string LastEventId => _parser.LastEventId;
    /// <summary>All bytes so far, as text.</summary>
    public string Raw => _bytes.Text;
    /// <summary>The other side has ended it.</summary>
    public Task Ended { get; }
    /// <summary>What was heard so far, in order.</summary>
    public IReadOnlyList<(string? Id, string Topic, JsonElement Data)> Heard => [.. _heard];

    /// <summary>The changes heard of one article, comment or sheet: <c>comment posted</c>.</summary>
    public IReadOnlyList<string> Of(Guid id) =>
    [
        .. Heard.Where(h => h.Data.TryGetProperty("id", out var of) && of.TryGetGuid(out var guid) && guid == id).Select(
            h => $"{h.Topic} {h.Data.GetProperty("change").GetString()}"),
    ];

    /// <summary>Waits until this was heard last of it.</summary>
    public Task Hears(Guid id, string change, TimeSpan? limit = null) =>
        Eventually.IsTrue(() => Task.FromResult(Of(id) is [.., var last] && last == change), $"{change} is heard of {id}", limit);

    private async Task Listen()
    {
        try
        {
            await foreach (var item in _parser.EnumerateAsync(_gone.Token))
                _heard.Enqueue((item.EventId, item.EventType, JsonSerializer.Deserialize<JsonElement>(item.Data)));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // Somebody has hung up.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _answer.Dispose();
        await Ended;
        _gone.Dispose();
    }

    private sealed class Recorded(Stream stream) : Stream
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
