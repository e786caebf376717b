using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Web;

namespace Platform.Postgres;

/// <summary>Connects a process to its database.</summary>
public static class DatabaseConnection
{
    /// <summary>
    /// Adds the <see cref="Database"/> of this process and registers a data source for it, whose settings <paramref name="configure"/> may
    /// change.
    /// </summary>
    public static void AddDatabase(this WebApplicationBuilder builder, string name, Action<NpgsqlConnectionStringBuilder>? configure = null)
    {
        var settings = Pool(builder.Configuration.Required("ConnectionStrings:Postgres"), builder.Configuration.Replica(name));
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Database>(provider, settings));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Database>());
        builder.Services.AddSingleton<IProblemSource, StoreProblems>();
        builder.Services.AddSingleton(provider => provider.GetRequiredService<Database>().Open(configure));
    }

    /// <summary>
    /// Settings of the connection pool: at most 20 connections, unless the connection string sets another limit. Articles opens 20 more for
    /// searches, Comments 10 more for reading discussions, a gateway 10. PostgreSQL's limit of 300 is enough for two replicas of
    /// everything; with more replicas, set <c>Maximum Pool Size</c> or raise the limit.
    /// </summary>
    internal static NpgsqlConnectionStringBuilder Pool(string connection, string replica)
    {
        var configured = new DbConnectionStringBuilder { ConnectionString = connection };
        var hasOwnLimit = configured.ContainsKey("Maximum Pool Size") || configured.ContainsKey("MaxPoolSize");
        var settings = new NpgsqlConnectionStringBuilder(connection)
        {
            ApplicationName = replica,
            Timezone = "UTC", // Marten's functions write the time of an event as local time (docs/decisions/0109).
            TargetSessionAttributes = null, // Database.Open always selects the primary.
            MaxAutoPrepare = 50, // docs/decisions/0018
            NoResetOnClose = true, // No code changes session settings, so resetting them would be wasted work.
        };
        if (!hasOwnLimit) settings.MaxPoolSize = 20;
        // With keep-alive, a connection that only listens notices within ten seconds that its host is gone. Unix sockets do not support
        // these options.
        if (settings.TcpKeepAliveTime == 0 && settings.Host?.StartsWith('/') == false)
            (settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (5, 1);
        return settings;
    }

    /// <summary>Whether the connection string names several servers, of which one is the primary.</summary>
    internal static bool HasSeveralHosts(this NpgsqlConnectionStringBuilder settings) => settings.Host?.Contains(',') == true;
}
