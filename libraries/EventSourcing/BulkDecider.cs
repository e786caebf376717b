using System.Diagnostics;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>
/// Decides on many streams of one kind in one transaction, with one statement for each table instead of several for each stream. It may be
/// used only for a state whose events feed no inline read model except the snapshot of that state. It stores the same rows as
/// <see cref="Decider"/> (docs/decisions/0124).
/// </summary>
public sealed class BulkDecider(IDocumentStore store, EventTables tables, AppendSignal signal, TimeProvider clock, Actor actor)
{
    /// <summary>
    /// Appends to each stream the events that its decision returns. After a lost race all decisions are repeated on the new states.
    /// </summary>
    public Task<IReadOnlyDictionary<string, Decision<T>>> Decide<T>(
        IReadOnlyDictionary<string, Func<T?, IEnumerable<object>>> commands, CancellationToken ct)
        where T : class, IState<T>, new() =>
        Races.Retry($"{commands.Count} streams", () => Commit(commands, ct), clock, ct);

    private async Task<IReadOnlyDictionary<string, Decision<T>>> Commit<T>(
        IReadOnlyDictionary<string, Func<T?, IEnumerable<object>>> commands, CancellationToken ct)
        where T : class, IState<T>, new()
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        var found = await Lock<T>(session, [.. commands.Keys], ct);
        var (decisions, changes) = (new Dictionary<string, Decision<T>>(), new List<StreamChange>());
        foreach (var (stream, decide) in commands)
        {
            var (version, state) = found.GetValueOrDefault(stream);
            var decided = decide(state).ToArray();
            decisions[stream] = new(States.Fold(stream, state, decided), version + decided.Length, decided.Length > 0);
            if (decided.Length == 0) continue;
            var at = version == 0 ? clock.GetUtcNow() : default;
            changes.Add(tables.Change<T>(stream, version, decided, actor.Name, Activity.Current?.Id, at));
        }
        if (changes.Count == 0) return decisions;
        tables.Append(session, changes);
        tables.Documents<T>().Store(session, [.. changes.Select(c => (c.Stream, c.Version, decisions[c.Stream].State!))]);
        await session.SaveChangesAsync(ct);
        signal.NotifyRelay();
        return decisions;
    }

    /// <summary>
    /// Returns the versions and states of the streams that exist. It locks their rows, in the same order as every other writer, before it
    /// reads the states.
    /// </summary>
    private async Task<Dictionary<string, (long Version, T? State)>> Lock<T>(
        IDocumentSession session, string[] streams, CancellationToken ct)
        where T : class
    {
        await using var command = new NpgsqlCommand(
            $"""
            select id, version from {tables.Streams} where id = any(@streams) order by id for update;
            select id, data from {tables.Documents<T>().Name} where id = any(@streams)
            """);
        command.Parameters.AddWithValue("streams", NpgsqlDbType.Array | NpgsqlDbType.Varchar, streams);
        await using var reader = await session.ExecuteReaderAsync(command, ct);
        var found = new Dictionary<string, (long, T?)>();
        while (await reader.ReadAsync(ct)) found.Add(reader.GetString(0), (reader.GetInt64(1), null));
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            if (found.TryGetValue(reader.GetString(0), out var stream))
                found[reader.GetString(0)] = (stream.Item1, store.Options.Serializer().FromJson<T>(reader, 1));
        return found;
    }
}
