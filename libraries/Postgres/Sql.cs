using System.Data;
using System.Data.Common;
using Npgsql;

namespace Platform.Postgres;

/// <summary>Runs SQL on a connection, with parameters by position.</summary>
public static class Sql
{
    /// <summary>Runs a statement and returns the number of rows that it changed.</summary>
    public static async Task<int> Run(this NpgsqlConnection connection, string sql, CancellationToken ct, params object[] arguments)
    {
        await using var command = Command(connection, sql, arguments);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Runs a query and returns the first column of its first row; null if there is none.</summary>
    public static async Task<object?> Value(this NpgsqlConnection connection, string sql, CancellationToken ct, params object[] arguments)
    {
        await using var command = Command(connection, sql, arguments);
        return await command.ExecuteScalarAsync(ct) is var value and not DBNull ? value : null;
    }

    /// <summary>Runs a query and returns its rows.</summary>
    public static async Task<List<T>> Rows<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> row,
        CancellationToken ct,
        params object[] arguments)
    {
        await using var command = Command(connection, sql, arguments);
        return await (await command.ExecuteReaderAsync(ct)).Rows(row, ct);
    }

    /// <summary>Runs a query on a connection of the pool, with the timeout of the pool, and returns its rows.</summary>
    public static async Task<List<T>> Rows<T>(
        this NpgsqlDataSource database,
        string sql,
        Func<NpgsqlDataReader, T> row,
        CancellationToken ct,
        params IEnumerable<object> arguments)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var argument in arguments) command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return await (await command.ExecuteReaderAsync(ct)).Rows(row, ct);
    }

    /// <summary>Returns the remaining rows of a result, and closes the reader.</summary>
    public static async Task<List<T>> Rows<T, TReader>(this TReader reader, Func<TReader, T> row, CancellationToken ct)
        where TReader : DbDataReader
    {
        await using var closed = reader;
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Ends LISTEN before a connection returns to its pool, which does not reset it and closes it only if it is broken.</summary>
    public static async Task Unlisten(this NpgsqlConnection connection)
    {
        if (connection.State != ConnectionState.Open) return;
        await using var command = new NpgsqlCommand("unlisten *", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Creates a command without a timeout, because a replay may run for long. It can be cancelled by its token.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] arguments)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var argument in arguments) command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return command;
    }
}
