using JasperFx.Events;
using JasperFx.Events.Aggregation;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Platform.EventSourcing;
using Platform.Postgres;

namespace Platform.Replays;

/// <summary>
/// A read model of documents, each folded from one stream. To rebuild it, ranges of streams are folded in parallel and copied into the
/// shadow table, with the same columns that Marten writes.
/// </summary>
internal sealed class FoldedDocument<T> : ReadModel where T : class
{
    private const int Chunk = 500;
    private readonly DocumentTable<T> _table;
    private readonly DocumentFold<T> _fold;
    private readonly ISerializer _serializer;

    public FoldedDocument(
        string name,
        StoreOptions options,
        IAggregatorSource<IQuerySession> source,
        Type[] events,
        int version)
        : base(name, DocumentTable<T>.Mapping(options).TableName.Name, events, version)
    {
        _table = new DocumentTable<T>(options);
        _fold = new DocumentFold<T>(options, source);
        _serializer = options.Serializer();
    }

    internal override async Task Fill(
        ShadowTable shadow,
        StoredEvents stored,
        SharedSnapshot snapshot,
        Func<long, Task> passed,
        CancellationToken ct)
    {
        var workers = Math.Clamp(Environment.ProcessorCount, 2, 4);
        var bounds = await Bounds(snapshot.Connection, stored, workers * 4, ct);
        var ranges = new System.Collections.Concurrent.ConcurrentQueue<(string? After, string? To)>(
            bounds.Prepend(null).Zip(bounds.Append(null)));
        long done = 0;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            await using var connection = await snapshot.OpenConnection(ct);
            while (ranges.TryDequeue(out var range))
                await Copy(
                    shadow,
                    stored.Read(
                        connection,
                        $"d.type = any($1) and d.stream_id > $2 {(range.To is null
                            ? ""
                            : "and d.stream_id <= $3")} and not d.is_archived order by d.stream_id, d.version",
                        ct,
                        [stored.Names(Events), range.After ?? "", .. range.To is null ? Array.Empty<object>() : [range.To]]),
                    async count => await passed(Interlocked.Add(ref done, count)),
                    ct);
        }, ct)));
    }

    internal override async Task<long> CatchUp(
        ShadowTable shadow,
        StoredEvents stored,
        SharedSnapshot snapshot,
        EventHorizon since,
        CancellationToken ct)
    {
        var names = stored.Names(Events);
        var streams = await snapshot.Connection.Rows(
            $"select d.stream_id, count(*) from {stored.Table} d where {EventHorizon.NotCovered} and d.type = any($3) group by 1",
            r => (Id: r.GetString(0), Events: r.GetInt64(1)),
            ct,
            since.Head,
            since.Gaps,
            names);
        foreach (var chunk in streams.Select(s => s.Id).Chunk(Chunk))
        {
            await shadow.Delete(chunk, ct);
            await Copy(
                shadow,
                stored.Read(
                    snapshot.Connection,
                    "d.type = any($1) and d.stream_id = any($2) and not d.is_archived order by d.stream_id, d.version",
                    ct,
                    names,
                    chunk),
                _ => Task.CompletedTask,
                ct);
        }
        return streams.Sum(s => s.Events);
    }

    internal override Task FillStream(
        string stream,
        ShadowTable shadow,
        StoredEvents stored,
        SharedSnapshot snapshot,
        CancellationToken ct) => Copy(
        shadow,
        stored.Read(
            snapshot.Connection,
            "d.type = any($1) and d.stream_id = $2 and not d.is_archived order by d.version",
            ct,
            stored.Names(Events),
            stream),
        _ => Task.CompletedTask,
        ct);

    /// <summary>Returns stream ids that divide the streams into ranges of about the same size.</summary>
    private static async Task<string[]> Bounds(NpgsqlConnection connection, StoredEvents stored, int parts, CancellationToken ct)
    {
        var shares = Enumerable.Range(1, parts - 1).Select(i => (double)i / parts).ToArray();
        var found = await connection.Value(
            $"select percentile_disc($1) within group (order by id) from {stored.Schema}.mt_streams", ct, shares);
        return found is string[] ids ? [.. ids.Distinct()] : [];
    }

    private async Task Copy(ShadowTable shadow, IAsyncEnumerable<IEvent> events, Func<long, Task> passed, CancellationToken ct)
    {
        await using var connection = await shadow.Open(ct);
        var columns = string.Concat(_table.Columns.Select(c => $", {c.Name}"));
        await using var rows = await connection.BeginBinaryImportAsync(
            $"copy {shadow.Name} (id, data, mt_version{columns}) from stdin (format binary)", ct);
        await foreach (var (id, version, document) in Fold(events, passed, ct))
        {
            // The writes are synchronous: this is a thread of its own, and most writes only fill a buffer.
            rows.StartRow();
            rows.Write(id, NpgsqlDbType.Varchar);
            rows.Write(_serializer.ToJson(document), NpgsqlDbType.Jsonb);
            rows.Write(version, NpgsqlDbType.Bigint);
            foreach (var column in _table.Columns)
                if (column.Value(document) is { } value) rows.Write(value, column.DbType);
                else rows.WriteNull();
        }
        await rows.CompleteAsync(ct);
    }

    private async IAsyncEnumerable<(string Id, long Version, T Document)> Fold(
        IAsyncEnumerable<IEvent> events,
        Func<long, Task> passed,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (stream, count, state, pending) = ((string?)null, 0L, (T?)null, new List<IEvent>());
        var version = 0L;
        await foreach (var e in events)
        {
            if (e.StreamKey != stream)
            {
                state = await Add(state, stream, pending, ct);
                if (state is not null) yield return (stream!, version, state);
                (stream, state) = (e.StreamKey, null);
            }
            // The events of a long stream are folded in chunks, so that they need not fit in memory.
            else if (pending.Count == Chunk) state = await Add(state, stream, pending, ct);
            pending.Add(e);
            version = e.Version;
            if (++count % Chunk == 0) await passed(Chunk);
        }
        state = await Add(state, stream, pending, ct);
        if (state is not null) yield return (stream!, version, state);
        await passed(count % Chunk);
    }

    private async ValueTask<T?> Add(T? state, string? stream, List<IEvent> pending, CancellationToken ct)
    {
        var next = await _fold.Add(state, stream!, pending, ct);
        pending.Clear();
        return next;
    }
}
