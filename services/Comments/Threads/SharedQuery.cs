namespace Comments.Threads;

/// <summary>
/// Combines concurrent requests for rows into one query. A request is answered only by a query that was sent after the request was made, so
/// the result is as fresh as that of a query of its own. One query runs at a time. The requests that are made meanwhile are combined into
/// the next one, which is sent by the first of them and therefore appears in its trace.
/// </summary>
internal sealed class SharedQuery<TKey, TRow>(Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TRow>>> query)
    where TKey : notnull
    where TRow : class
{
    private readonly Lock _lock = new();
    private Batch? _unsent;
    private Task _lastQuery = Task.CompletedTask;

    /// <summary>Returns the row, or null if there is none.</summary>
    public async Task<TRow?> Load(TKey key, CancellationToken ct)
    {
        Batch batch;
        Task? precedingQuery = null;
        lock (_lock)
        {
            if (_unsent is null)
            {
                _unsent = new Batch();
                precedingQuery = _lastQuery;
                _lastQuery = _unsent.Rows.Task;
            }
            batch = _unsent;
            batch.Keys.Add(key);
        }
        // The other requests need the result, so the query does not end with the request that sends it.
        if (precedingQuery is not null) await Send(batch, precedingQuery);
        return (await batch.Rows.Task.WaitAsync(ct)).GetValueOrDefault(key);
    }

    private async Task Send(Batch batch, Task precedingQuery)
    {
        await precedingQuery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock) _unsent = null;
        try
        {
            batch.Rows.SetResult(await query(batch.Keys));
        }
        catch (Exception e)
        {
            batch.Rows.SetException(e);
        }
    }

    private sealed class Batch
    {
        public HashSet<TKey> Keys { get; } = [];

        public TaskCompletionSource<IReadOnlyDictionary<TKey, TRow>> Rows { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
