using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Bench;

/// <summary>
/// Polls the comment counts in the database of the articles service every two milliseconds. A single SQL query reads the counts of all
/// awaited articles, because requests for pages, or one query for each awaited comment, would be a considerable load of their own.
/// </summary>
internal sealed class CommentCounts : IAsyncDisposable
{
    private sealed record Waiting(string Stream, int Count, TaskCompletionSource<long> SeenAt);

    private readonly NpgsqlDataSource _articles = NpgsqlDataSource.Create(PrivateSystem.ConnectionString("articles"));
    private readonly ConcurrentDictionary<Waiting, bool> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _polling;

    public CommentCounts() => _polling = Poll();

    /// <summary>Completes with the time at which the count of an article was first seen to be at least this number.</summary>
    public Task<long> WaitFor(Guid article, int count)
    {
        var waiting = new Waiting(Stream(article), count, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting[waiting] = true;
        return waiting.SeenAt.Task;
    }

    /// <summary>Waits until no count has changed for a second, and returns all counts.</summary>
    public async Task<IReadOnlyDictionary<Guid, int>> WaitUntilStable(IReadOnlyList<Guid> articles)
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

    private async Task Poll()
    {
        while (!_stop.IsCancellationRequested)
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
        await _stop.CancelAsync();
        await _polling;
        await _articles.DisposeAsync();
        _stop.Dispose();
    }
}
