using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench;

/// <summary>
/// A connection that sends prepared requests one after another. It costs much less than <see cref="HttpClient"/>, so the load generator
/// leaves the processor to the platform that it measures.
/// </summary>
internal sealed class KeptConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[16 * 1024];

    public static async Task<KeptConnection> Open(Uri server)
    {
        var connection = new KeptConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return connection;
    }

    /// <summary>Prepares a request that posts a JSON text.</summary>
    public static byte[] Post(string path, string json) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>Sends a request, and completes when the response has been received. Throws if it is not 2xx.</summary>
    public async Task Send(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0) request = request.Slice(await _socket.SendAsync(request));
        var length = 0;
        while (RawAnswer.Length(_received.AsSpan(0, length)) is null)
        {
            var read = await _socket.ReceiveAsync(_received.AsMemory(length));
            if (read == 0) throw new IOException("The server closed the connection, or its response is too long.");
            length += read;
        }
        if (!RawAnswer.IsSuccess(_received.AsSpan(0, length)))
            throw new InvalidOperationException(Encoding.UTF8.GetString(_received, 0, length));
    }

    public void Dispose() => _socket.Dispose();
}
