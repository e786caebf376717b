using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench;

/// <summary>
/// 5,000 clients that listen and hear nothing: what they cost the gateway; then one article is published, and reaches them all.
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
                listeners.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Listener.Join())));
            var all = Task.WhenAll(listeners.Select(l => l.Heard.Task));

            var watch = Stopwatch.StartNew();
            var (_, cpuBefore) = Cost(gateway);
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(30, seconds))); // two heartbeats each
            var (memory, cpu) = Cost(gateway);
            var share = (cpu - cpuBefore) / watch.Elapsed;

            var article = Guid.CreateVersion7();
            await Site.Draft(system, article, "Heard by all");
            var sent = Stopwatch.GetTimestamp();
            await Site.Publish(system, article);
            await all.WaitAsync(TimeSpan.FromSeconds(60));
            var times = listeners.Select(l => Stopwatch.GetElapsedTime(sent, l.Heard.Task.Result).TotalMilliseconds).Order().ToArray();
            return
            [
                Figure.AtMost(
                    $"memory of the gateway with {Clients:N0} clients that listen ({memoryBefore / 1e6:N0} MB without)",
                    memory / 1e6,
                    400,
                    "MB"),
                Figure.AtMost($"one core's share for {Clients:N0} clients that hear nothing", share * 100, 5, "%"),
                Figure.AtMost("an article published, until the first has heard of it", times[0], 1000, "ms"),
                Figure.AtMost($"... until half of {times.Length:N0} have", times[times.Length / 2], 1000, "ms"),
                Figure.AtMost("... until the last has", times[^1], 2000, "ms"),
            ];
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }

    /// <summary>Its own memory in bytes, and the processor time it has used.</summary>
    private static (long Bytes, TimeSpan Cpu) Cost(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return (PrivateSystem.Memory(pid), process.TotalProcessorTime);
    }

    /// <summary>A bare connection: what 5,000 whole HTTP clients cost is not asked here.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpClient _connection = new(AddressFamily.InterNetwork);
        private readonly byte[] _read = new byte[2048];

        /// <summary>When it heard of an article.</summary>
        public TaskCompletionSource<long> Heard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static async Task<Listener> Join()
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
                    if (_read.AsSpan(0, read).IndexOf("event: article"u8) >= 0) Heard.TrySetResult(Stopwatch.GetTimestamp());
                Heard.TrySetException(new IOException("The gateway hung up."));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                Heard.TrySetException(e);
            }
        }

        public void Dispose() => _connection.Dispose();
    }
}
