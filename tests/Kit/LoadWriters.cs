using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Kit;

/// <summary>The writers of a load. Only one client at a time changes an item, so the changes of an item have a single order.</summary>
internal sealed class LoadWriters(
    LoadClient client,
    LoadReaders readers,
    SetChecker checker,
    Func<TimeSpan> now,
    string run,
    string section)
{
    private const int ArticleEvents = 2, Sheets = 20;
    /// <summary>The first of the dates whose rates are written; no reader requests rates that old.</summary>
    private static readonly DateOnly FirstSheet = new(1000, 1, 1);

    private readonly string[] _liveStreams = [.. Enumerable.Range(0, client.Gateways).Select(LoadReaders.Live)];
    private readonly ConcurrentQueue<Guid> _editable = new();
    /// <summary>Comments that were not edited yet. The newest is edited first, because authors may edit only for some minutes.</summary>
    private readonly ConcurrentStack<Guid> _comments = new();
    private readonly SemaphoreSlim _polling = new(10);
    private readonly ConcurrentQueue<DateOnly> _sheets = new(Enumerable.Range(0, Sheets).Select(FirstSheet.AddDays));
    private int _number;
    // Each run starts at a different rate, because a sheet that an earlier run wrote must differ from those of this run.
    private long _millionths = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % 1_000_000 * 1000;

    public ConcurrentQueue<Guid> Articles { get; } = new();
    public ConcurrentQueue<Guid> Messages { get; } = new();
    public ConcurrentDictionary<DateOnly, bool> Written { get; } = new();
    /// <summary>The articles on which readers comment.</summary>
    public ConcurrentBag<Guid> Discussed { get; } = [];
    public string Email => $"{run}@example.org";

    public static Item Article(Guid id) => new("article", $"{id}");
    public static Item Comment(Guid id) => new("comment", $"{id}");
    public static Item Message(Guid id) => new("message", $"{id}");
    public static Item Sheet(DateOnly date) => new("rates", Day(date));
    public static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>
    /// Sends one write. Most writes are comments. Each other kind comes at regular intervals, so that an outage of its service shows.
    /// </summary>
    public Task Next(int n, IReadOnlyList<Guid> discussed, CancellationToken giveUp) => n switch
    {
        _ when n % 50 == 0 => NewArticle(n, isDiscussed: false, giveUp),
        _ when n % 17 == 0 && _sheets.TryDequeue(out var date) => CorrectRates(n, date, giveUp),
        _ when n % 13 == 0 => SendMessage(n, giveUp),
        _ when n % 9 == 0 && _editable.TryDequeue(out var article) => EditArticle(n, article, giveUp),
        _ when n % 8 == 0 && _comments.TryPop(out var comment) => EditComment(n, comment, giveUp),
        _ => PostComment(n, discussed[n % discussed.Count], giveUp),
    };

    /// <summary>Publishes an article, and waits until readers can comment on it.</summary>
    public async Task NewArticle(int n, bool isDiscussed, CancellationToken giveUp)
    {
        var id = Some.Id();
        var change = Begin(new Change(Article(id), Text("article"), ArticleEvents));
        if (await Publish(n, id, change, [isDiscussed ? run : $"{run}-other"], giveUp) is not { } confirmed) return;
        Articles.Enqueue(id);
        checker.Acknowledge(change, confirmed.Version ?? ArticleEvents, now(), [.. _liveStreams, LoadReaders.Discussions]);
        if (!await IsOpen(id, n, giveUp)) return;
        checker.Receive(LoadReaders.Discussions, Article(id), ArticleEvents, now());
        if (isDiscussed) Discussed.Add(id);
        _editable.Enqueue(id);
    }

    private async Task EditArticle(int n, Guid id, CancellationToken giveUp)
    {
        var change = Begin(new Change(Article(id), Text("article"), ArticleEvents));
        if (await Publish(n, id, change, [Discussed.Contains(id) ? run : $"{run}-other"], giveUp) is not { } confirmed) return;
        checker.Acknowledge(change, confirmed.Version ?? 0, now(), _liveStreams);
        await ReadOwn(confirmed, "articles", $"/api/articles/{id}?lang=en", change, a => a.GetProperty("title").GetString(), giveUp);
        _editable.Enqueue(id);
    }

    private async Task<Confirmation?> Publish(
        int n,
        Guid id,
        Change change,
        string[] tags,
        CancellationToken giveUp)
    {
        var draft = new
        {
            section,
            tags,
            translations = new { en = new { title = change.Content, slug = $"load-{id}", body = "<p>This was written by a test.</p>" } },
        };
        return await client.Write(n, () => OverwriteRequest(HttpMethod.Put, $"/api/articles/{id}", draft), giveUp) is null
            ? null
            : await client.Write(n, () => OverwriteRequest(HttpMethod.Post, $"/api/articles/{id}/publish"), giveUp);
    }

    private async Task PostComment(int n, Guid article, CancellationToken giveUp)
    {
        var id = Some.Id();
        var change = Begin(new Change(Comment(id), Text("comment")));
        var confirmed = await client.Write(n, () =>
        {
            var body = new { author = "Reader", text = change.Content };
            var request = client.New(HttpMethod.Post, $"/api/articles/{article}/comments", body);
            request.Headers.Add("Idempotency-Key", $"{id}");
            request.Headers.Add("Edit-Token", EditToken(id));
            return request;
        }, giveUp);
        if (confirmed is null) return;
        if (confirmed.Status == HttpStatusCode.Accepted) checker.Report("refused", "a comment is held for moderation");
        checker.Acknowledge(change, 1, now(), [.. _liveStreams, LoadReaders.Counts]);
        readers.Posted(article, id);
        await ReadOwn(confirmed, "comments", $"/api/comments/{id}", change, TextOfComment, giveUp);
        _comments.Push(id);
    }

    private async Task EditComment(int n, Guid id, CancellationToken giveUp)
    {
        var change = Begin(new Change(Comment(id), Text("comment")));
        var confirmed = await client.Write(n, () =>
        {
            var request = client.New(HttpMethod.Put, $"/api/comments/{id}", new { text = change.Content });
            request.Headers.Add("Edit-Token", EditToken(id));
            return request;
        }, giveUp);
        if (confirmed is null) return;
        checker.Acknowledge(change, 2, now(), _liveStreams);
        await ReadOwn(confirmed, "comments", $"/api/comments/{id}", change, TextOfComment, giveUp);
    }

    private async Task SendMessage(int n, CancellationToken giveUp)
    {
        var id = Some.Id();
        var change = Begin(new Change(Message(id), Text("message")));
        var body = new { topic = "technical", name = "Test", email = Email, text = change.Content, consent = true, lang = "en" };
        var confirmed = await client.Write(n, () =>
        {
            var request = client.New(HttpMethod.Post, "/api/feedback/messages", body);
            request.Headers.Add("Idempotency-Key", $"{id}");
            return request;
        }, giveUp);
        if (confirmed is null) return;
        checker.Acknowledge(change, 1, now());
        Messages.Enqueue(id);
    }

    private async Task CorrectRates(int n, DateOnly date, CancellationToken giveUp)
    {
        var value = 1 + Interlocked.Increment(ref _millionths) / 1_000_000m;
        var change = Begin(new Change(Sheet(date), LoadReaders.Rate(value)));
        var rate = new { id = "R99999", numCode = "963", charCode = LoadReaders.TestCurrency, nominal = 1, value };
        var body = new { rates = new[] { rate } };
        var confirmed = await client.Write(n, () => OverwriteRequest(HttpMethod.Put, $"/api/rates/sheets/{Day(date)}", body), giveUp);
        if (confirmed is null) return;
        checker.Acknowledge(change, confirmed.Version ?? 0, now(), _liveStreams);
        Written[date] = true;
        _sheets.Enqueue(date);
    }

    /// <summary>Checks read-your-writes: a gateway must return a change that it has just confirmed.</summary>
    private async Task ReadOwn(
        Confirmation confirmed,
        string service,
        string path,
        Change change,
        Func<JsonElement, string?> content,
        CancellationToken giveUp)
    {
        if (await client.Read(confirmed.Gateway, service, path, giveUp) is not { } read || read.Gateway != confirmed.Gateway) return;
        var found = read.Status == HttpStatusCode.OK ? content(read.Json) : null;
        if (found != change.Content)
            checker.Report("stale", $"after \"{change.Content}\" was acknowledged, {change.Item} was read as \"{found ?? "unknown"}\"");
    }

    /// <summary>
    /// Polls until readers can comment on the article. At most ten articles are polled at a time: while events are delayed, polling all of
    /// them would be a considerable load of its own.
    /// </summary>
    private async Task<bool> IsOpen(Guid article, int n, CancellationToken giveUp)
    {
        try
        {
            await _polling.WaitAsync(giveUp);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        try
        {
            while (!giveUp.IsCancellationRequested)
            {
                var read = await client.Read(n, "comments", $"/api/articles/{article}/comments?limit=1", giveUp);
                if (read?.Status == HttpStatusCode.OK) return true;
                await Task.Delay(100, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            return false;
        }
        finally
        {
            _polling.Release();
        }
    }

    private Change Begin(Change change)
    {
        checker.Send(change);
        return change;
    }

    private HttpRequestMessage OverwriteRequest(HttpMethod method, string path, object? body = null)
    {
        var request = client.New(method, path, body, isSignedIn: true);
        request.Headers.Add("If-Match", "*");
        return request;
    }

    /// <summary>Retracts the articles and erases the messages. The rate sheets of the year 1000 stay.</summary>
    public async Task CleanUp(CancellationToken giveUp)
    {
        var body = new { note = "This article was part of a test." };
        await Parallel.ForEachAsync(Articles, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (id, _) =>
            await client.Write(0, () => OverwriteRequest(HttpMethod.Post, $"/api/articles/{id}/retract", body), giveUp));
        var person = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Email)));
        await client.Write(0, () => client.New(HttpMethod.Delete, $"/api/feedback/people/{person}", null, isSignedIn: true), giveUp);
    }

    private string Text(string kind) => $"{run} {kind} {Interlocked.Increment(ref _number)}";

    private static string? TextOfComment(JsonElement context) => context.GetProperty("comment").GetProperty("text").GetString();

    private static string EditToken(Guid comment) => $"edit-token-{comment:N}";
}
