using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.EventSourcing;

namespace Platform.Replays;

/// <summary>
/// Reports which versions are running, and which read models were written by other versions of the code. Neither is a fault, because
/// replicas of different versions can serve together, so this check is always healthy.
/// </summary>
public sealed class ReplicasHealth(Replicas replicas, ReadModelVersions models) : IHealthCheck
{
    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var running = await replicas.Running(cancellationToken);
        var differences = replicas.Differences(running);
        var outdated = await models.Outdated(cancellationToken);
        var data = new Dictionary<string, object>
        {
            ["version"] = replicas.Own.Version,
            ["schema"] = replicas.Own.Schema,
            ["replicas"] = running,
            ["differ"] = differences is not null,
        };
        if (outdated.Count > 0) data["outdatedReadModels"] = outdated;
        return HealthCheckResult.Healthy(differences, data);
    }
}
