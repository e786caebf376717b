using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Platform.Postgres;

/// <summary>
/// Checks that the database responds and accepts writes. If it is read-only, for example because its disk is full, this replica receives
/// requests only if all other replicas of the service are in the same state, so that reads are still answered.
/// </summary>
public sealed class StoreHealth(NpgsqlDataSource source, Database database) : IHealthCheck
{
    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = source.CreateCommand("select current_setting('transaction_read_only')");
        if (await command.ExecuteScalarAsync(cancellationToken) is "off") return HealthCheckResult.Healthy();
        database.Clear(); // New sessions may be writable; open ones stay read-only.
        return HealthCheckResult.Unhealthy("The database is read-only.");
    }
}
