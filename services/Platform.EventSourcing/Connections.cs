using Npgsql;

namespace Platform.EventSourcing;

/// <summary>Connections to the store that broke by no fault of what was asked.</summary>
public static class Connections
{
    /// <summary>The database did not answer, however deep in the exception that stands.</summary>
    public static bool WasLost(Exception? e) => e is NpgsqlException { IsTransient: true } || (e is not null && WasLost(e.InnerException));

    /// <summary>
    /// A statement that fails in the very moment in which Npgsql prepares it leaves its connection with a wrong idea of it: whoever uses it next meets an
    /// answer that Npgsql does not expect (npgsql issue 6391; docs/decisions/0018). The connection is closed then; nothing was committed on it.
    /// </summary>
    public static bool WasUnusable(Exception? e) => e is not null && (e.Message.StartsWith("Received unexpected backend message", StringComparison.Ordinal) || WasUnusable(e.InnerException));
}
