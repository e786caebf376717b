using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Kit;

/// <summary>
/// A load generator for a running platform: readers, commenters, editors and operators that work at a given rate. They write and change
/// articles, comments, messages and rates, read what they wrote, read lists repeatedly, and receive the live stream of each gateway.
/// <see cref="Check"/> then compares the results.
/// </summary>
public sealed class Load : IAsyncDisposable
{
    /// <summary>How long unconfirmed writes are still repeated after the load has stopped.</summary>
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PreparationLimit = TimeSpan.FromMinutes(2), CheckLimit = TimeSpan.FromMinutes(5);
    private const int MostConcurrentWrites = 400, FewestDiscussed = 8, MostDiscussed = 80;

    private readonly SetChecker _checker = new();
    private readonly LoadClient _client;
    private readonly LoadReaders _readers;
    private readonly LoadWriters _writers;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly CancellationTokenSource _stop = new(), _giveUp = new();
    private Task _writing = Task.CompletedTask, _reading = Task.CompletedTask, _watching = Task.CompletedTask;
    private TimeSpan _ended;

    private Load(LoadTarget target, string section)
    {
        var run = $"load-{Some.Id().ToString("N")[^12..]}";
        _client = new(target, _checker, () => Now);
        _readers = new(_client, _checker, () => Now, run);
        _writers = new(_client, _readers, _checker, () => Now, run, section);
    }

    /// <summary>The time since the load was created.</summary>
    public TimeSpan Now => _watch.Elapsed;

    /// <summary>Publishes the articles that will be discussed, and then starts <paramref name="rate"/> writes per second.</summary>
    public static async Task<Load> Start(LoadTarget target, double rate)
    {
        var load = new Load(target, await Section(target));
        var listening = await load._readers.Listen(load._giveUp.Token);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(load._giveUp.Token);
        limit.CancelAfter(PreparationLimit);
        // Each replica accepts 300 comments a minute for one discussion, so a higher rate needs more discussions.
        var count = Math.Clamp((int)rate, FewestDiscussed, MostDiscussed);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (n, _) =>
            await load._writers.NewArticle(n, isDiscussed: true, limit.Token));
        Guid[] discussed = [.. load._writers.Discussed];
        if (discussed.Length == 0) throw new InvalidOperationException("No article could be published and commented on.");
        load._watching = Task.WhenAll(
            listening, load._readers.Count(load._giveUp.Token), load._readers.Probe(discussed[0], load._giveUp.Token));
        load._reading = load._readers.Read(discussed, Math.Max(4, rate / 2), load._stop.Token, load._giveUp.Token);
        load._writing = load.Write(discussed, rate);
        return load;
    }

    /// <summary>Starts no new requests, and waits until every pending one is confirmed or has given up.</summary>
    public async Task Stop()
    {
        _ended = Now;
        await _stop.CancelAsync();
        await Task.WhenAll(_writing, _reading);
    }

    /// <summary>Waits until every expected listener has received every acknowledged change; false if the limit passes first.</summary>
    public async Task<bool> WaitUntilAllReceived(TimeSpan limit)
    {
        for (var began = Now; _checker.Unheard > 0; await Task.Delay(250))
            if (Now - began > limit) return false;
        return true;
    }

    /// <summary>Reads everything that was written, and returns the figures and findings of the run.</summary>
    public async Task<Figures> Check(TimeSpan faultEnded)
    {
        var (served, counts) = (new ConcurrentBag<Served>(), new ConcurrentBag<Counted>());
        using var limit = new CancellationTokenSource(CheckLimit);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = limit.Token };
        await Parallel.ForEachAsync(_writers.Articles, parallel, async (id, ct) =>
        {
            var (article, _) = await _client.Get($"/api/articles/{id}?lang=en", ct);
            if (article.ValueKind == JsonValueKind.Undefined) return;
            var (_, version) = await _client.Get($"/api/articles/{id}/draft", ct);
            served.Add(new(LoadWriters.Article(id), article.GetProperty("title").GetString()!, version));
            if (!_writers.Discussed.Contains(id)) return;
            var listed = await Comments(id, ct);
            foreach (var comment in listed) served.Add(comment);
            counts.Add(new(LoadWriters.Article(id), article.GetProperty("commentCount").GetInt32(), listed.Count));
        });
        await Parallel.ForEachAsync(_writers.Messages, parallel, async (id, ct) =>
        {
            var (message, version) = await _client.Get($"/api/feedback/messages/{id}", ct);
            if (message.ValueKind != JsonValueKind.Undefined)
                served.Add(new(LoadWriters.Message(id), message.GetProperty("text").GetString()!, version));
        });
        await Parallel.ForEachAsync(_writers.Written.Keys, parallel, async (date, ct) =>
        {
            var day = LoadWriters.Day(date);
            var (rates, _) = await _client.Get($"/api/rates?date={day}", ct);
            if (LoadReaders.Rate(rates, day) is { } rate) served.Add(new(LoadWriters.Sheet(date), rate));
        });
        return _checker.Check(served, counts, faultEnded, _ended);
    }

    /// <summary>Retracts the articles and erases the messages. The rate sheets of the year 1000 stay.</summary>
    public async Task CleanUp()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await _writers.CleanUp(limit.Token);
    }

    private async Task Write(Guid[] discussed, double rate)
    {
        using var slots = new SemaphoreSlim(MostConcurrentWrites);
        using var retries = CancellationTokenSource.CreateLinkedTokenSource(_giveUp.Token);
        await using var stopped = _stop.Token.Register(() => retries.CancelAfter(RetryPeriod));
        var watch = Stopwatch.StartNew();
        for (var n = 1; !_stop.IsCancellationRequested; n++)
        {
            await slots.WaitAsync();
            _ = WriteOne(n);
            var ahead = TimeSpan.FromSeconds(n / rate) - watch.Elapsed;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        for (var n = 0; n < MostConcurrentWrites; n++) await slots.WaitAsync();

        async Task WriteOne(int n)
        {
            try
            {
                await _writers.Next(n, discussed, retries.Token);
            }
            catch (Exception e)
            {
                _checker.Report("wrong", $"{e}");
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private async Task<List<Served>> Comments(Guid article, CancellationToken ct)
    {
        var comments = new List<Served>();
        for (string? cursor = ""; cursor is not null;)
        {
            var (page, _) = await _client.Get($"/api/articles/{article}/comments?view=flat&sort=oldest&limit=100&cursor={cursor}", ct);
            foreach (var comment in page.GetProperty("items").EnumerateArray())
                comments.Add(new(LoadWriters.Comment(comment.GetProperty("id").GetGuid()), comment.GetProperty("text").GetString()!));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        return comments;
    }

    private static async Task<string> Section(LoadTarget target)
    {
        using var client = new LoadClient(target, new SetChecker(), () => TimeSpan.Zero);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var (sections, _) = await client.Get("/api/sections", limit.Token);
        return sections.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("key").GetString()).FirstOrDefault()
            ?? throw new InvalidOperationException(
                "The site has no section for articles. Create one with PUT /api/sections/{key}, or load the seed data.");
    }

    /// <summary>Stops all writers, readers and listeners.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _giveUp.CancelAsync();
        await Task.WhenAll(_writing, _reading, _watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stop.Dispose();
        _giveUp.Dispose();
    }
}
