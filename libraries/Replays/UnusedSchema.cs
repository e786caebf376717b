using Npgsql;
using Platform.EventSourcing;
using Platform.Postgres;

namespace Platform.Replays;

/// <summary>
/// The replay target <c>schema</c>: columns and indexes that this version does not use. Verify lists them, and apply drops them in one
/// transaction. Apply is rejected while replicas of different versions are running.
/// </summary>
public sealed class UnusedSchema(Migration migration, NpgsqlDataSource database) : IReplayTarget
{
    /// <summary>The name of the target.</summary>
    public const string Target = "schema";

    /// <inheritdoc />
    public bool Handles(string target) => target == Target;

    /// <inheritdoc />
    public Task<string?> Validate(Replay wanted, CancellationToken ct) => Task.FromResult(
        wanted.Scope != new ReplayScope() ? "scope: the schema cannot be processed in part; omit the scope"
        : wanted.PerSecond is not null ? "eventsPerSecond: applies only to replays to the bus; omit it"
        : null);

    /// <inheritdoc />
    public async Task Run(RunningReplay run, CancellationToken ct)
    {
        await using var held = await migration.Lock(ct);
        var (_, unused) = await migration.Changes(ct);
        var named = new Comparison(0, 0, 0, unused.Count, [.. unused.Select(statement => new Difference(statement, "extra", []))]);
        if (run.Replay.Mode != ReplayMode.Apply)
        {
            await run.Complete(unused.Count, named, ct);
            return;
        }
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.Run($"set local lock_timeout = '5s'; {string.Join('\n', unused)}", ct);
        await run.Complete(unused.Count, named, transaction, ct);
        await transaction.CommitAsync(ct);
    }
}
