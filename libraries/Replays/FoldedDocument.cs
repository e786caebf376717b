using System.Linq.Expressions;
using System.Reflection;
using JasperFx.Events;
using JasperFx.Events.Aggregation;
using Marten;
using Marten.Schema;
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
    private readonly IAggregator<T, string, IQuerySession> _fold;
    private readonly ISerializer _serializer;
    private readonly Identity _identity;
    private readonly (string Name, NpgsqlDbType Type, Func<T, object?> Value)[] _columns;

    public FoldedDocument(
        string name,
        StoreOptions options,
        IAggregatorSource<IQuerySession> source,
        Type[] events,
        int version)
        : base(name, Mapping(options).TableName.Name, events, version)
    {
        var mapping = Mapping(options);
        _fold = source.Build<T, string>();
        _serializer = (ISerializer)options.Serializer();
        _identity = new Identity((PropertyInfo)mapping.IdMember);
        _columns = [.. mapping.DuplicatedFields.Select(f => (f.ColumnName, f.DbType, Getter(f.Members)))];
    }

    private static DocumentMapping Mapping(StoreOptions options) =>
        (DocumentMapping)((IReadOnlyStoreOptions)options).FindOrResolveDocumentType(typeof(T));

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
        await using var rows = await connection.BeginBinaryImportAsync(
            $"copy {shadow.Name} (id, data, mt_version{string.Concat(_columns.Select(c => $", {c.Name}"))}) from stdin (format binary)",
            ct);
        await foreach (var (id, version, document) in Fold(events, passed, ct))
        {
            // The writes are synchronous: this is a thread of its own, and most writes only fill a buffer.
            rows.StartRow();
            rows.Write(id, NpgsqlDbType.Varchar);
            rows.Write(_serializer.ToJson(document), NpgsqlDbType.Jsonb);
            rows.Write(version, NpgsqlDbType.Bigint);
            foreach (var column in _columns)
                if (column.Value(document) is { } value) rows.Write(value, column.Type);
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
        if (pending.Count == 0) return state;
        var next = await _fold.BuildAsync(pending, null!, state, stream!, _identity, ct);
        // Marten's storage does the same when it writes the document.
        if (next is not null) _identity.SetIdentity(next, stream!);
        pending.Clear();
        return next;
    }

    private static Func<T, object?> Getter(MemberInfo[] members)
    {
        var document = Expression.Parameter(typeof(T));
        var value = members.Aggregate((Expression)document, Expression.MakeMemberAccess);
        var get = Expression.Lambda<Func<T, object?>>(Expression.Convert(value, typeof(object)), document).Compile();
        return d => get(d) switch { Enum e => e.ToString(), DateTimeOffset t => t.ToUniversalTime(), var other => other };
    }

    private sealed class Identity(PropertyInfo property) : IIdentitySetter<T, string>
    {
        private readonly Action<T, string> _set = property.SetMethod!.CreateDelegate<Action<T, string>>();
        private readonly Func<T, string> _get = property.GetMethod!.CreateDelegate<Func<T, string>>();
        string IIdentitySetter<T, string>.Identity(T document) => _get(document);
        public void SetIdentity(T document, string identity) => _set(document, identity);
    }
}
