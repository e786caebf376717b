using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench;

/// <summary>
/// Measures what 5,000 idle clients of <c>/api/live</c> cost the gateway, and then how soon all of them receive an article that is
/// published.
/// </summary>
internal static class LiveWork
{
    private const int Clients = 5_000;

    /// <summary>The milliseconds from the publication of an article until clients received it.</summary>
    private sealed record Delays(double First, double Half, double Last);

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var gateway = (await PrivateSystem.Processes()).Single(p => p.Name == "gateway").Pid!.Value;
        var (memoryBefore, _) = Cost(gateway);
        var listeners = new List<Listener>();
        try
        {
            foreach (var _ in Enumerable.Range(0, Clients / 100))
                listeners.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Listener.Connect())));
            var (shares, delays) = (new List<double>(), new List<Delays>());
            for (var round = 0; round < Rounds.Few; round++)
            {
                shares.Add(await Idle(gateway, Math.Max(15, seconds))); // Each client gets a heartbeat in this time.
                delays.Add(await Publish(system, listeners));
                Progress.Report($"  round {round + 1}: the last client received the article after {delays[^1].Last:N0} ms");
            }
            var (memory, _) = Cost(gateway);
            return
            [
                Figure.AtMost(
                    $"memory of the gateway with {Clients:N0} idle clients of /api/live",
                    memory / 1e6,
                    400,
                    "MB") with { Baseline = $"{memoryBefore / 1e6:N0} MB without them" },
                Figure.AtMost($"processor time of the gateway for {Clients:N0} idle clients", Rounds.Median(shares), 5, "% of a core"),
                Figure.AtMost("article published until the first client receives it", Median(delays, d => d.First), 1000, "ms"),
                Figure.AtMost($"article published until half of {Clients:N0} clients receive it", Median(delays, d => d.Half), 1000, "ms"),
                Figure.AtMost("article published until the last client receives it", Median(delays, d => d.Last), 2000, "ms"),
            ];
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }

    private static double Median(List<Delays> rounds, Func<Delays, double> delay) => Rounds.Median(rounds.Select(delay));

    /// <summary>The processor time that a process uses for some time, in percent of a core.</summary>
    private static async Task<double> Idle(int pid, int seconds)
    {
        var (watch, before) = (Stopwatch.StartNew(), Cost(pid).Cpu);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        return (Cost(pid).Cpu - before) / watch.Elapsed * 100;
    }

    /// <summary>Publishes an article, and measures when the clients receive it.</summary>
    private static async Task<Delays> Publish(PrivateSystem system, List<Listener> listeners)
    {
        var article = Guid.CreateVersion7();
        await Site.Draft(system, article, "Received by all clients");
        var all = Task.WhenAll(listeners.Select(l => l.Next()));
        var sent = Stopwatch.GetTimestamp();
        await Site.Publish(system, article);
        var received = await all.WaitAsync(TimeSpan.FromSeconds(60));
        var times = received.Select(at => Stopwatch.GetElapsedTime(sent, at).TotalMilliseconds).Order().ToArray();
        return new(times[0], times[times.Length / 2], times[^1]);
    }

    /// <summary>The memory of a process in bytes, and the processor time that it has used.</summary>
    private static (long Bytes, TimeSpan Cpu) Cost(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return (PrivateSystem.Memory(pid), process.TotalProcessorTime);
    }

    /// <summary>A client on a plain TCP connection, because 5,000 complete HTTP clients would cost too much themselves.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpClient _connection = new(AddressFamily.InterNetwork);
        private readonly byte[] _read = new byte[2048];

        private TaskCompletionSource<long> _received = NewReception();

        /// <summary>Completes with the time at which the client receives the next article.</summary>
        public Task<long> Next()
        {
            if (!_received.Task.IsFaulted) _received = NewReception();
            return _received.Task;
        }

        public static async Task<Listener> Connect()
        {
            var listener = new Listener();
            await listener._connection.ConnectAsync(IPAddress.Loopback, new Uri(PrivateSystem.Gateway).Port);
            var stream = listener._connection.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /api/live?topics=article HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            var read = await stream.ReadAsync(listener._read);
            var answer = Encoding.ASCII.GetString(listener._read, 0, read);
            if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) throw new InvalidOperationException(answer);
            _ = listener.Listen(stream);
            return listener;
        }

        private async Task Listen(NetworkStream stream)
        {
            try
            {
                while (await stream.ReadAsync(_read) is > 0 and var read)
                    if (_read.AsSpan(0, read).IndexOf("event: article"u8) >= 0) _received.TrySetResult(Stopwatch.GetTimestamp());
                _received.TrySetException(new IOException("The gateway closed the connection."));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                _received.TrySetException(e);
            }
        }

        private static TaskCompletionSource<long> NewReception() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => _connection.Dispose();
    }
}
