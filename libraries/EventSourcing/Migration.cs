using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using JasperFx;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;
using Weasel.Core;
using Weasel.Core.Migrations;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace Platform.EventSourcing;

/// <summary>
/// Migrates the schema of a service to this version before any other part of the service starts. It only adds, so that replicas of other
/// versions continue to work. Columns and indexes that this version does not use stay until an admin has them dropped
/// (the replay target <c>schema</c>). If a newer version has already migrated the schema, this version changes nothing.
/// </summary>
public sealed partial class Migration(
    IDocumentStore store,
    NpgsqlDataSource database,
    LockSessions locks,
    ReplicaVersion version,
    TimeProvider clock,
    ILogger<Migration> log) : IHostedService
{
    private static readonly TimeSpan LockAttemptInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _schema = store.Options.DatabaseSchemaName;
    private readonly IDatabase _tables = store.Storage.Database;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var held = await Lock(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await Prepare(connection, cancellationToken);
        var applied = await connection.Rows(
            $"select hash, version from {_schema}.schema_versions order by number",
            r => (Hash: r.GetString(0), By: r.GetString(1)),
            cancellationToken);
        if (applied.Any(a => a.Hash == version.Schema) && applied[^1].Hash != version.Schema) NewerSchema(log, applied[^1].By);
        else
        {
            var (additive, withheld) = await Changes(cancellationToken);
            await Run(connection, additive, cancellationToken);
            foreach (var statement in withheld) Withheld(log, statement);
            await connection.Run(
                $"insert into {_schema}.schema_versions (hash, version) values ($1, $2) on conflict do nothing",
                cancellationToken,
                version.Schema,
                version.Version);
        }
        ((PostgresqlDatabase)_tables).MarkAllFeaturesAsChecked();
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Acquires the lock under which earlier versions migrate as well. Those give up after half a second, and their supervisor restarts
    /// them.
    /// </summary>
    internal async Task<SessionLock> Lock(CancellationToken ct)
    {
        var session = await locks.Open(ct);
        while (!await session.TryLock(((StoreOptions)store.Options).ApplyChangesLockId, ct))
            await Task.Delay(LockAttemptInterval, clock, ct);
        return session;
    }

    /// <summary>
    /// Returns the statements that lead from the present schema to that of this version: those that only add, and those that remove.
    /// </summary>
    internal async Task<(string Additive, IReadOnlyList<string> Withheld)> Changes(CancellationToken ct)
    {
        var migration = await _tables.CreateMigrationAsync(ct);
        if (migration.Difference == SchemaPatchDifference.None) return ("", []);
        using var script = new StringWriter();
        _tables.Migrator.WriteSchemaCreationSql(migration.Schemas, script);
        migration.WriteAllUpdates(script, _tables.Migrator, AutoCreate.CreateOrUpdate);
        return Split(script.ToString());
    }

    /// <summary>
    /// Separates the removing statements from the others. Weasel writes each of them on a line of its own. Dropping a column or an index
    /// that the same script creates again is a change and not a removal.
    /// </summary>
    internal static (string Additive, IReadOnlyList<string> Withheld) Split(string script)
    {
        var created = CreatedIndex().Matches(script).Select(m => m.Groups["name"].Value)
            .Concat(CreatedColumn().Matches(script).Select(m => $"{m.Groups["table"]}.{m.Groups["name"]}"))
            .ToHashSet(StringComparer.Ordinal);
        var (additive, withheld) = (new StringBuilder(), new List<string>());
        foreach (var line in script.Split('\n'))
        {
            var removes = NotNull().IsMatch(line)
                || (DroppedIndex().Match(line) is { Success: true } index && !created.Contains(index.Groups["name"].Value))
                || (DroppedColumn().Match(line) is { Success: true } column
                    && !created.Contains($"{column.Groups["table"]}.{column.Groups["name"]}"));
            if (removes) withheld.Add(line.Trim());
            else additive.Append(line).Append('\n');
        }
        return (additive.ToString(), withheld);
    }

    private static async Task Run(NpgsqlConnection connection, string script, CancellationToken ct)
    {
        // An index that is built concurrently must be sent as a separate command.
        foreach (var part in script.Split(
            [IndexDefinition.IndexCreationBeginComment, IndexDefinition.IndexCreationEndComment], StringSplitOptions.RemoveEmptyEntries))
            if (!string.IsNullOrWhiteSpace(part)) await connection.Run(part, ct);
    }

    /// <summary>
    /// Creates the tables that replicas of all versions share. Earlier versions do not touch them; later ones may add columns.
    /// </summary>
    private async Task Prepare(NpgsqlConnection connection, CancellationToken ct)
    {
        // "create schema if not exists" would need the privilege to create schemas even if the schema exists.
        if (await connection.Value("select 1 from pg_namespace where nspname = $1", ct, _schema) is null)
            await connection.Run($"create schema {_schema}", ct);
        await connection.Run(
            $"""
            create table if not exists {_schema}.schema_versions (
              number bigint generated always as identity primary key, hash text not null unique, version text not null,
              at timestamptz not null default now());
            create table if not exists {_schema}.replicas (
              name text primary key, version text not null, schema text not null, read_models text not null, seen timestamptz not null);
            create table if not exists {_schema}.read_model_versions (name text primary key, built_by text not null)
            """, ct);
    }

    [GeneratedRegex(@"(?im)^\s*create\s+(unique\s+)?index\s+(concurrently\s+)?(if\s+not\s+exists\s+)?""?(?<name>\w+)")]
    private static partial Regex CreatedIndex();

    [GeneratedRegex(@"(?im)^\s*alter table (?<table>\S+) add column ""?(?<name>\w+)")]
    private static partial Regex CreatedColumn();

    [GeneratedRegex(@"(?i)^\s*drop index (concurrently )?if exists \S+\.""?(?<name>\w+)""?;")]
    private static partial Regex DroppedIndex();

    [GeneratedRegex(@"(?i)^\s*alter table (?<table>\S+) drop column ""?(?<name>\w+)")]
    private static partial Regex DroppedColumn();

    [GeneratedRegex(@"(?i)^\s*alter table \S+ alter column \S+ set not null")]
    private static partial Regex NotNull();

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "A newer version ({Version}) has already migrated the schema. This version leaves the schema unchanged.")]
    private static partial void NewerSchema(ILogger log, string version);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "This statement was not executed, because replicas of another version may need what it removes: {Statement}")]
    private static partial void Withheld(ILogger log, string statement);
}

/// <summary>
/// What a replica runs: the version of its build, a hash of its schema, and the versions of its read models.
/// </summary>
public sealed record ReplicaVersion(string Version, string Schema, string ReadModels)
{
    /// <summary>Returns the version of the process that uses this store.</summary>
    public static ReplicaVersion Of(IDocumentStore store, string version, string readModels)
    {
        var tables = SHA256.HashData(Encoding.UTF8.GetBytes(store.Storage.Database.ToDatabaseScript()));
        return new(version, Convert.ToHexStringLower(tables)[..12], readModels);
    }
}
