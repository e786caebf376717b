using Npgsql;

namespace Platform.Postgres;

/// <summary>Recognises database errors that are caused by the connection or the server, not by the statement.</summary>
public static class Connections
{
    /// <summary>
    /// Whether the exception, or any of its inner exceptions, says that the database is unavailable: it does not respond, it is a standby
    /// (perhaps a former primary) and accepts no writes, or it rejects the sign-in of this process.
    /// </summary>
    public static bool WasLost(Exception? e) => e switch
    {
        null => false,
        PostgresException { IsTransient: true } => true,
        PostgresException { SqlState: var state } =>
            state is PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.InvalidCatalogName // the database is being restored
                or "25P03" or "25P04" // a transaction timeout ended the session
            || state.StartsWith("08", StringComparison.Ordinal) // connection errors
            || state.StartsWith("28", StringComparison.Ordinal) // the sign-in failed, for example while a password is being changed
            || state.StartsWith("57P", StringComparison.Ordinal), // the server shuts down or starts, or the database was dropped
        // With several hosts, Npgsql gives only this message if none of them was the primary when it last looked.
        NpgsqlException { IsTransient: true } or NpgsqlException { Message: "No suitable host was found." } => true,
        AggregateException several => several.InnerExceptions.Any(WasLost),
        _ => WasLost(e.InnerException),
    };

    /// <summary>
    /// Whether a write failed because the session is read-only. Other sessions of the same pool may be read-only too, so clear the pool.
    /// </summary>
    public static bool IsReadOnly(Exception? e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } || (e is not null && IsReadOnly(e.InnerException));

    /// <summary>
    /// Whether Npgsql received a message that it did not expect. If a statement fails while Npgsql prepares it, the connection is left in a
    /// wrong state, and the next statement on it fails like this (npgsql issue 6391; docs/decisions/0018). Npgsql then closes the
    /// connection, and nothing was committed on it, so the work can be retried.
    /// </summary>
    public static bool WasUnusable(Exception? e) =>
        e is not null
        && (e.Message.StartsWith("Received unexpected backend message", StringComparison.Ordinal) || WasUnusable(e.InnerException));
}
