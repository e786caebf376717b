using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Bench;

/// <summary>
/// How many comments the articles service shows of an article, looked up every two milliseconds. One query, for those that are waited for,
/// in SQL: page views, or a query for each comment on its way, would be the load that is measured.
/// </summary>
internal sealed class ShownCounts : IAsyncDisposable
{
    private sealed record Waiting(string Stream, int Count, TaskCompletionSource<long> SeenAt);

    private readonly NpgsqlDataSource _articles;
    private readonly ConcurrentDictionary<Waiting, bool> _waiting = new();
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _looking;

    public ShownCounts()
    {
        var client = PrivateSystem.PostgresClient("articles");
        _articles =
            NpgsqlDataSource.Create(
                $"Host={client["PGHOST"]};Port={client["PGPORT"]};Username={client["PGUSER"]};Password={client["PGPASSWORD"]};Database=articles;Max Auto Prepare=5");
        _looking = Look();
    }

    /// <summary>When the article was first seen with that many.</summary>
    public Task<long> Becomes(Guid article, int count)
    {
        var waiting = new Waiting(Stream(article), count, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting[waiting] = true;
        return waiting.SeenAt.Task;
    }

    /// <summary>All counts, when nothing has arrived for a second.</summary>
    public async Task<IReadOnlyDictionary<Guid, int>> AtRest(IReadOnlyList<Guid> articles)
    {
        var streams = articles.ToDictionary(Stream);
        var counts = new Dictionary<string, int>();
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(1); await Task.Delay(50))
        {
            var now = await Counts([.. streams.Keys]);
            if (now.Values.Sum() != counts.Values.Sum()) since = Stopwatch.GetTimestamp();
            counts = now;
        }
        return streams.ToDictionary(s => s.Value, s => counts.GetValueOrDefault(s.Key));
    }

    private async Task Look()
    {
        while (!_enough.IsCancellationRequested)
        {
            var waiting = _waiting.Keys.ToArray();
            if (waiting.Length > 0)
            {
                try
                {
                    var counts = await Counts([.. waiting.Select(w => w.Stream)]);
                    var now = Stopwatch.GetTimestamp();
                    foreach (var seen in waiting.Where(w => counts.GetValueOrDefault(w.Stream) >= w.Count))
                        if (_waiting.TryRemove(seen, out _)) seen.SeenAt.SetResult(now);
                }
                catch (NpgsqlException e)
                {
                    foreach (var lost in waiting)
                        if (_waiting.TryRemove(lost, out _)) lost.SeenAt.SetException(e);
                }
            }
            await Task.Delay(2);
        }
    }

    private async Task<Dictionary<string, int>> Counts(string[] streams)
    {
        await using var command = _articles.CreateCommand(
            "select id, (data ->> 'comments')::int from articles.mt_doc_articlediscussion where id = any($1)");
        command.Parameters.AddWithValue(streams);
        await using var reader = await command.ExecuteReaderAsync();
        var counts = new Dictionary<string, int>();
        while (await reader.ReadAsync()) counts[reader.GetString(0)] = reader.GetInt32(1);
        return counts;
    }

    private static string Stream(Guid article) => $"discussion-{article}";

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _looking;
        await _articles.DisposeAsync();
        _enough.Dispose();
    }
}
