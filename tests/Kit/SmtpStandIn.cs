using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kit;

/// <summary>
/// A mail server that takes what it is sent and speaks just enough SMTP for that. It refuses "gone" for good and "busy" for the time being.
/// It can be away, and it can hang up without an answer.
/// </summary>
public sealed class SmtpStandIn : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public SmtpStandIn()
    {
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Letters taken so far, as they came.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    /// <summary>While true, each conversation ends with 421 before it begins.</summary>
    public bool Away { get; set; }

    /// <summary>The next letter is taken, but its sender is never told.</summary>
    public bool HangUpOnce { get; set; }

    private async Task Serve()
    {
        try
        {
            while (true) _ = Talk(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            _listener.Stop();
        }
    }

    private async Task Talk(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync(Away ? "421 away" : "220 stand-in");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var command = line.Split(' ', ':')[0].ToUpperInvariant();
            if (command == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                Taken.Enqueue(await Letter(reader));
                if (!HangUpOnce) await writer.WriteLineAsync("250 taken");
                else
                {
                    HangUpOnce = false;
                    return;
                }
                continue;
            }
            await writer.WriteLineAsync(command switch
            {
                "EHLO" or "HELO" => "250 stand-in",
                "RCPT" when line.Contains("<gone", StringComparison.OrdinalIgnoreCase) => "550 nobody of that name",
                "RCPT" when line.Contains("<busy", StringComparison.OrdinalIgnoreCase) => "450 try again later",
                "MAIL" or "RCPT" or "RSET" or "NOOP" => "250 ok",
                "QUIT" => "221 bye",
                _ => "502 unknown",
            });
            if (command == "QUIT") return;
        }
    }

    private async Task<string> Letter(StreamReader reader)
    {
        var letter = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line and not ".")
            letter.AppendLine(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line);
        return letter.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
    }
}
