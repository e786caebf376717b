using System.Diagnostics;

namespace Bench;

/// <summary>
/// A second process of a service, on a copy of its database. Afterwards, data can be added to the original without affecting the copy.
/// </summary>
internal sealed class ServiceCopy : IAsyncDisposable
{
    private readonly Process _running;

    private ServiceCopy(Process running) => _running = running;

    public static Uri Address => new($"http://127.0.0.1:{PrivateSystem.CopyPort}");

    public static async Task<ServiceCopy> Of(string service)
    {
        var (original, copied) = (service.Replace('-', '_'), $"{service.Replace('-', '_')}_copy");
        var client = PrivateSystem.PostgresClient(original);
        await Command.Run("createdb", ["-O", original, copied], client);
        await Command.Run("bash", ["-c", $"set -o pipefail; pg_dump {original} | psql -qX -v ON_ERROR_STOP=1 {copied}"], client);
        await Command.Run("psql", ["-qXc", "vacuum analyze", copied], client);
        var start = await RunningProcess.Copy($"{service}-1");
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["Service__Replica"] = $"{service}-copy";
        start.Environment["ConnectionStrings__Postgres"] = start.Environment["ConnectionStrings__Postgres"]!.Replace(
            $"Database={original}", $"Database={copied}", StringComparison.Ordinal);
        return new ServiceCopy(await Command.StartServer(start, new Uri(Address, "/health/ready")));
    }

    public async ValueTask DisposeAsync() => await Command.Stop(_running);
}
