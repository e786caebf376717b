using System.Data.Common;
using Npgsql;

namespace Platform.Hosting;

/// <summary>How a process connects to its database.</summary>
internal static class Connecting
{
    /// <summary>
    /// The connections of this process: at most 20, or as many as the connection string says. Articles opens 20 more for searches, a
    /// gateway 10. PostgreSQL's limit of 300 is enough for two replicas of everything; with more of them, set <c>Maximum Pool Size</c> or
    /// raise the limit.
    /// </summary>
    public static NpgsqlConnectionStringBuilder Pool(string connection, string replica)
    {
        var said = new DbConnectionStringBuilder { ConnectionString = connection };
        var sized = said.ContainsKey("Maximum Pool Size") || said.ContainsKey("MaxPoolSize");
        return new NpgsqlConnectionStringBuilder(connection)
        {
            ApplicationName = replica,
            MaxPoolSize = sized ? new NpgsqlConnectionStringBuilder(connection).MaxPoolSize : 20,
            MaxAutoPrepare = 50, // docs/decisions/0018
            NoResetOnClose = true, // Nothing here changes a session's settings: three statements saved each time one is opened.
        };
    }
}
