using Marten;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;

namespace Integration.Platform;

/// <summary>The lock of the relay among all advisory locks: replicas also hold others for a while, for example to ask the bank.</summary>
internal static class RelayLock
{
    /// <summary>
    /// The end of a query over the session that holds it: <c>l</c> is its row of pg_locks, <c>a</c> that of pg_stat_activity.
    /// </summary>
    public static string Holder(IServiceProvider services) =>
        "from pg_locks l join pg_stat_activity a using (pid) "
        + "where l.locktype = 'advisory' and l.granted and a.datname = current_database() "
        + $"and (l.classid::bigint << 32) | l.objid::bigint = {new RelayTable(services.GetRequiredService<IDocumentStore>()).LockKey}";
}
