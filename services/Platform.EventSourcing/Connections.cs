using Npgsql;

namespace Platform.EventSourcing;

/// <summary>Connections to the store that broke by no fault of what was asked.</summary>
public static class Connections
{
    /// <summary>
    /// The store is unavailable, however deep in the exception that stands: it does not answer, it takes no writes because it is a standby
    /// or was the primary before, or it lets this process in no more.
    /// </summary>
    public static bool WasLost(Exception? e) => e switch
    {
        null => false,
        PostgresException { IsTransient: true } => true,
        PostgresException { SqlState: var state } =>
            state is PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.InvalidCatalogName // while it is restored
                or "25P03" or "25P04" // the session was ended because its transaction took too long
            || state.StartsWith("08", StringComparison.Ordinal) // connections
            || state.StartsWith("28", StringComparison.Ordinal) // sign-in, for example while passwords change
            || state.StartsWith("57P", StringComparison.Ordinal), // shut down, restarted, dropped
        // Npgsql says no more than this when the last thing that it knows of each of several hosts is that it is no primary.
        NpgsqlException { IsTransient: true } or NpgsqlException { Message: "No suitable host was found." } => true,
        AggregateException several => several.InnerExceptions.Any(WasLost),
        _ => WasLost(e.InnerException),
    };

    /// <summary>A write met a session that is read-only. Others of the same pool may be, too: it should be cleared.</summary>
    public static bool IsReadOnly(Exception? e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } || (e is not null && IsReadOnly(e.InnerException));

    /// <summary>
    /// A statement that fails in the very moment in which Npgsql prepares it leaves its connection with a wrong idea of it: whoever uses it
    /// next meets an answer that Npgsql does not expect (npgsql issue 6391; docs/decisions/0018). The connection is closed then; nothing
    /// was committed on it.
    /// </summary>
    public static bool WasUnusable(Exception? e) =>
        e is not null
        && (e.Message.StartsWith("Received unexpected backend message", StringComparison.Ordinal) || WasUnusable(e.InnerException));
}
