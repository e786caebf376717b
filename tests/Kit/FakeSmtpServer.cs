using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kit;

/// <summary>
/// A fake mail server with the minimum of SMTP that is needed to receive e-mails. It rejects recipients that begin with "gone" permanently,
/// and those that begin with "busy" temporarily. It can also be unavailable, or drop a connection without confirming an e-mail.
/// </summary>
public sealed class FakeSmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FakeSmtpServer()
    {
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The e-mails accepted so far, in the form in which they were received.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    /// <summary>While true, each connection is greeted with 421, service not available.</summary>
    public bool Away { get; set; }

    /// <summary>Accepts the next e-mail, but drops the connection without confirming it.</summary>
    public bool HangUpOnce { get; set; }

    private async Task Serve()
    {
        try
        {
            while (true) _ = HandleConnection(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            _listener.Stop();
        }
    }

    private async Task HandleConnection(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync(Away ? "421 service not available" : "220 stand-in");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var command = line.Split(' ', ':')[0].ToUpperInvariant();
            if (command == "DATA")
            {
                await writer.WriteLineAsync("354 start mail input");
                Taken.Enqueue(await ReadEmail(reader));
                if (!HangUpOnce) await writer.WriteLineAsync("250 ok");
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
                "RCPT" when line.Contains("<gone", StringComparison.OrdinalIgnoreCase) => "550 no such user",
                "RCPT" when line.Contains("<busy", StringComparison.OrdinalIgnoreCase) => "450 try again later",
                "MAIL" or "RCPT" or "RSET" or "NOOP" => "250 ok",
                "QUIT" => "221 bye",
                _ => "502 command not implemented",
            });
            if (command == "QUIT") return;
        }
    }

    private async Task<string> ReadEmail(StreamReader reader)
    {
        var email = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line and not ".")
            email.AppendLine(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line);
        return email.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
    }
}
