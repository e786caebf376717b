using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Kit;

/// <summary>
/// Readers, commentators, editors and a bank at work on a running platform, at a given rate. They write and change articles, comments,
/// messages and rates, read what they wrote, read lists again and again, and hear the live stream of each gateway. <see cref="Check"/>
/// says afterwards whether everything agrees.
/// </summary>
public sealed class Load : IAsyncDisposable
{
    /// <summary>After the load has stopped, what is not confirmed yet is repeated for so long.</summary>
    private static readonly TimeSpan Repeats = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Preparation = TimeSpan.FromMinutes(2), Judging = TimeSpan.FromMinutes(5);
    private const int MostAtOnce = 400, FewestDiscussed = 8, MostDiscussed = 80;

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

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Now => _watch.Elapsed;

    /// <summary>Publishes the articles that are discussed, then begins to write <paramref name="rate"/> times a second.</summary>
    public static async Task<Load> Start(LoadTarget target, double rate)
    {
        var load = new Load(target, await Section(target));
        var listening = await load._readers.Listen(load._giveUp.Token);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(load._giveUp.Token);
        limit.CancelAfter(Preparation);
        // A discussion takes 300 comments a minute from each replica, so there are as many as the rate needs.
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

    /// <summary>Sends nothing new, and waits until everything on its way is confirmed or given up.</summary>
    public async Task Stop()
    {
        _ended = Now;
        await _stop.CancelAsync();
        await Task.WhenAll(_writing, _reading);
    }

    /// <summary>Whether every acknowledged change is heard by everybody who must, before time is up.</summary>
    public async Task<bool> Agrees(TimeSpan limit)
    {
        for (var began = Now; _checker.Unheard > 0; await Task.Delay(250))
            if (Now - began > limit) return false;
        return true;
    }

    /// <summary>Reads everything that was written, and judges.</summary>
    public async Task<Figures> Check(TimeSpan faultEnded)
    {
        var (served, counts) = (new ConcurrentBag<Served>(), new ConcurrentBag<Counted>());
        using var limit = new CancellationTokenSource(Judging);
        var few = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = limit.Token };
        await Parallel.ForEachAsync(_writers.Articles, few, async (id, ct) =>
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
        await Parallel.ForEachAsync(_writers.Messages, few, async (id, ct) =>
        {
            var (message, version) = await _client.Get($"/api/feedback/messages/{id}", ct);
            if (message.ValueKind != JsonValueKind.Undefined)
                served.Add(new(LoadWriters.Message(id), message.GetProperty("text").GetString()!, version));
        });
        await Parallel.ForEachAsync(_writers.Written.Keys, few, async (date, ct) =>
        {
            var day = LoadWriters.Day(date);
            var (rates, _) = await _client.Get($"/api/rates?date={day}", ct);
            if (LoadReaders.Rate(rates, day) is { } rate) served.Add(new(LoadWriters.Sheet(date), rate));
        });
        return _checker.Check(served, counts, faultEnded, _ended);
    }

    /// <summary>Takes the articles back and erases the messages. The rate sheets of the year 1000 stay.</summary>
    public async Task Tidy()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await _writers.Tidy(limit.Token);
    }

    private async Task Write(Guid[] discussed, double rate)
    {
        using var room = new SemaphoreSlim(MostAtOnce);
        using var repeats = CancellationTokenSource.CreateLinkedTokenSource(_giveUp.Token);
        await using var stopped = _stop.Token.Register(() => repeats.CancelAfter(Repeats));
        var watch = Stopwatch.StartNew();
        for (var n = 1; !_stop.IsCancellationRequested; n++)
        {
            await room.WaitAsync();
            _ = One(n);
            var ahead = TimeSpan.FromSeconds(n / rate) - watch.Elapsed;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        for (var n = 0; n < MostAtOnce; n++) await room.WaitAsync();

        async Task One(int n)
        {
            try
            {
                await _writers.Next(n, discussed, repeats.Token);
            }
            catch (Exception e)
            {
                _checker.Report("wrong", $"{e}");
            }
            finally
            {
                room.Release();
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
            ?? throw new InvalidOperationException("The site has no section for articles: PUT /api/sections/{key}, or load the seeds.");
    }

    /// <summary>Ends everything that still reads or listens.</summary>
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
