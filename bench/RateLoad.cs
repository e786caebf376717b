using System.Diagnostics;

namespace Bench;

/// <summary>Sends requests at a fixed rate over connections that stay open. A slow response does not delay the requests after it.</summary>
internal static class RateLoad
{
    private const int Connections = 64;
    /// <summary>The share of the intended rate that counts as reached.</summary>
    private const double Enough = 0.98;

    /// <summary>
    /// Sends a number of requests, and reports each with the time of its response. Returns the rate that was reached, which is lower than
    /// intended if the server answers too slowly for this number of connections, or if the machine is too busy.
    /// </summary>
    public static async Task<double> Run(
        Uri server,
        int rate,
        int count,
        Func<int, ReadOnlyMemory<byte>> request,
        Action<int, long> answered)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => KeptConnection.Open(server)));
        try
        {
            var (next, watch) = (-1, Stopwatch.StartNew());
            await Task.WhenAll(connections.Select(connection => Task.Run(() => Work(connection))));
            return count / watch.Elapsed.TotalSeconds;

            async Task Work(KeptConnection connection)
            {
                while (Interlocked.Increment(ref next) is var i && i < count)
                {
                    var due = TimeSpan.FromSeconds((double)i / rate);
                    if (due > watch.Elapsed) await Task.Delay(due - watch.Elapsed);
                    await connection.Send(request(i));
                    answered(i, Stopwatch.GetTimestamp());
                }
            }
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }
    }

    public static bool IsReached(double reached, int asked) => reached >= Enough * asked;
}
