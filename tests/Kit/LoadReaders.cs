using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Kit;

/// <summary>The readers and listeners of a load. All of them stop when <c>giveUp</c> is cancelled.</summary>
internal sealed class LoadReaders(LoadClient client, SetChecker checker, Func<TimeSpan> now, string run)
{
    /// <summary>The listener name of the comments service, which must receive an article before readers can comment on it.</summary>
    public const string Discussions = "comments";
    /// <summary>The listener name of the articles service, which counts comments.</summary>
    public const string Counts = "counts";
    /// <summary>ISO 4217 reserves this code for tests.</summary>
    public const string TestCurrency = "XTS";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500), CountEvery = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<Guid>> _posted = new();
    private readonly Dictionary<Guid, int> _counted = [];

    /// <summary>The listener name of the client that first connected to this gateway.</summary>
    public static string Live(int gateway) => $"live stream {gateway + 1}";

    public static string Rate(decimal value) => value.ToString("0.##########", CultureInfo.InvariantCulture);

    /// <summary>The rate of the test currency in a table of rates; null if the table is valid from another date.</summary>
    public static string? Rate(JsonElement table, string date) =>
        table.ValueKind != JsonValueKind.Object || table.GetProperty("effectiveFrom").GetString() != date
            ? null
            : table.GetProperty("rows").EnumerateArray().Concat(table.GetProperty("others").EnumerateArray())
                .Where(r => r.GetProperty("code").GetString() == TestCurrency)
                .Select(r => Rate(r.GetProperty("rate").GetDecimal())).FirstOrDefault();

    /// <summary>Records an acknowledged comment, so that the comment count of its article is expected to rise.</summary>
    public void Posted(Guid article, Guid comment) => _posted.GetOrAdd(article, _ => new()).Enqueue(comment);

    /// <summary>
    /// Listens to the live stream of each gateway, and resumes it if a connection ends. Returns when all clients are connected; the inner
    /// task completes when all of them have stopped.
    /// </summary>
    public async Task<Task> Listen(CancellationToken giveUp)
    {
        var connected = Enumerable.Range(0, client.Gateways)
            .Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var listening = Task.WhenAll(connected.Select((c, gateway) => Listen(gateway, c, giveUp)));
        await Task.WhenAll(connected.Select(c => c.Task)).WaitAsync(TimeSpan.FromSeconds(30), giveUp);
        return listening;
    }

    /// <summary>Polls the comment counts in the list of the discussed articles.</summary>
    public async Task Count(CancellationToken giveUp)
    {
        for (var n = 0; !giveUp.IsCancellationRequested; n++)
        {
            if (await ReadList(n, "articles", $"/api/articles?tag={run}&limit=100", "publishedAt", giveUp) is { } articles)
                foreach (var article in articles)
                    RecordCount(article.GetProperty("id").GetGuid(), article.GetProperty("commentCount").GetInt32());
            await Task.Delay(CountEvery, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads lists and single items at the given rate, until <paramref name="stop"/>.</summary>
    public async Task Read(IReadOnlyList<Guid> discussed, double rate, CancellationToken stop, CancellationToken giveUp)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate));
        var reading = new ConcurrentDictionary<Task, bool>();
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var read = ReadOne(n, discussed[n / 4 % discussed.Count], giveUp);
            reading[read] = true;
            _ = read.ContinueWith(r => reading.TryRemove(r, out _), TaskScheduler.Default);
            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        await Task.WhenAll(reading.Keys);
    }

    /// <summary>
    /// Probes every gateway and every replica directly, again and again. The results show which failed reads could have been answered.
    /// </summary>
    public async Task Probe(Guid article, CancellationToken giveUp)
    {
        (string Service, string Path)[] reads =
        [
            ("articles", $"/api/articles/{article}?lang=en"), ("comments", $"/api/articles/{article}/comments?limit=1"),
            ("currency-rates", "/api/currencies"),
        ];
        while (!giveUp.IsCancellationRequested)
        {
            await Task.WhenAll(reads.Select(r => client.Probe(r.Service, r.Path)));
            await Task.Delay(Pause, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task ReadOne(int n, Guid article, CancellationToken giveUp) => (n % 4) switch
    {
        0 => ReadList(n / 4, "comments", $"/api/articles/{article}/comments?view=flat&limit=100", "postedAt", giveUp),
        1 => client.Read(n / 4, "articles", $"/api/articles/{article}?lang=en", giveUp),
        2 => ReadList(n / 4, "articles", "/api/articles?limit=50", "publishedAt", giveUp),
        _ => client.Read(n / 4, "currency-rates", "/api/currencies", giveUp),
    };

    /// <summary>Reads a list, newest first. Neither its length nor the time of its newest item may ever decrease.</summary>
    private async Task<JsonElement[]?> ReadList(
        int gateway,
        string service,
        string path,
        string time,
        CancellationToken giveUp)
    {
        if (await client.Read(gateway, service, path, giveUp) is not { Status: HttpStatusCode.OK } read) return null;
        JsonElement[] items = [.. read.Json.GetProperty("items").EnumerateArray()];
        Record("length", items.Length);
        if (items is [var newest, ..]) Record("newest", newest.GetProperty(time).GetDateTimeOffset().UtcTicks);
        return items;

        void Record(string what, long version) => checker.ReadList(
            new($"gateway {read.Gateway + 1}", $"{path} ({what})", Writes: false, version, read.Asked.Ticks, read.Answered.Ticks));
    }

    /// <summary>Records which comments a count includes: it is assumed that comments are counted in the order of acknowledgement.</summary>
    private void RecordCount(Guid article, int count)
    {
        if (!_posted.TryGetValue(article, out var posted)) return;
        var from = _counted.GetValueOrDefault(article);
        Guid[] counted = [.. posted.Take(count).Skip(from)]; // more may be posted from now on
        foreach (var comment in counted) checker.Receive(Counts, LoadWriters.Comment(comment), 1, now());
        _counted[article] = from + counted.Length;
    }

    /// <summary>Listens at one gateway. A client that loses its connection resumes at the next gateway.</summary>
    private async Task Listen(int first, TaskCompletionSource connected, CancellationToken giveUp)
    {
        var last = "";
        for (var n = first; !giveUp.IsCancellationRequested; n++)
        {
            try
            {
                using var answer = await client.Listen(n % client.Gateways, last, giveUp);
                answer.EnsureSuccessStatusCode();
                var parser = SseParser.Create(await answer.Content.ReadAsStreamAsync(giveUp));
                var events = parser.EnumerateAsync(giveUp).GetAsyncEnumerator(giveUp);
                try
                {
                    connected.TrySetResult();
                    while (await events.MoveNextAsync())
                    {
                        Hear(Live(first), events.Current);
                        last = parser.LastEventId; // after each event, because the parser may already know the id of an incomplete one
                    }
                }
                finally
                {
                    await events.DisposeAsync();
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(Pause, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Hear(string listener, SseItem<string> item)
    {
        if (item.EventType == "reset")
        {
            checker.Report("unheard", $"{listener} got a reset: the events that it missed are no longer stored");
            return;
        }
        var data = JsonSerializer.Deserialize<JsonElement>(item.Data);
        var of = item.EventType == "rates" ? "effectiveFrom" : "id";
        checker.Receive(listener, new(item.EventType, data.GetProperty(of).GetString()!), data.GetProperty("version").GetInt64(), now());
    }
}
