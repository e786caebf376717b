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

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var gateway = (await PrivateSystem.Processes()).Single(p => p.Name == "gateway").Pid!.Value;
        var (memoryBefore, _) = Cost(gateway);
        var listeners = new List<Listener>();
        try
        {
            foreach (var _ in Enumerable.Range(0, Clients / 100))
                listeners.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Listener.Connect())));
            var all = Task.WhenAll(listeners.Select(l => l.Received.Task));

            var watch = Stopwatch.StartNew();
            var (_, cpuBefore) = Cost(gateway);
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(30, seconds))); // Each client gets two heartbeats in this time.
            var (memory, cpu) = Cost(gateway);
            var share = (cpu - cpuBefore) / watch.Elapsed;

            var article = Guid.CreateVersion7();
            await Site.Draft(system, article, "Received by all clients");
            var sent = Stopwatch.GetTimestamp();
            await Site.Publish(system, article);
            await all.WaitAsync(TimeSpan.FromSeconds(60));
            var times = listeners.Select(l => Stopwatch.GetElapsedTime(sent, l.Received.Task.Result).TotalMilliseconds).Order().ToArray();
            return
            [
                Figure.AtMost(
                    $"memory of the gateway with {Clients:N0} idle clients of /api/live ({memoryBefore / 1e6:N0} MB without)",
                    memory / 1e6,
                    400,
                    "MB"),
                Figure.AtMost($"processor time of the gateway for {Clients:N0} idle clients, as a share of one core", share * 100, 5, "%"),
                Figure.AtMost("article published until the first client receives it", times[0], 1000, "ms"),
                Figure.AtMost($"... until half of {times.Length:N0} clients receive it", times[times.Length / 2], 1000, "ms"),
                Figure.AtMost("... until the last client receives it", times[^1], 2000, "ms"),
            ];
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
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

        /// <summary>Completes with the time at which the client received an article.</summary>
        public TaskCompletionSource<long> Received { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
                    if (_read.AsSpan(0, read).IndexOf("event: article"u8) >= 0) Received.TrySetResult(Stopwatch.GetTimestamp());
                Received.TrySetException(new IOException("The gateway closed the connection."));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                Received.TrySetException(e);
            }
        }

        public void Dispose() => _connection.Dispose();
    }
}
