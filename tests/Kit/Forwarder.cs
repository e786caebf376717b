using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Kit;

/// <summary>
/// A TCP proxy in front of a server. It represents one node: a test can kill or freeze it while the server itself keeps running.
/// </summary>
public sealed class Forwarder : IDisposable
{
    private readonly Uri _server;
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private TaskCompletionSource _resumed = new();

    public Forwarder(Uri server)
    {
        _server = server;
        _resumed.SetResult();
        Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>The number of open connections.</summary>
    public int Connections => _connections.Count(c => c.Connected);

    /// <summary>Closes all connections and refuses new ones.</summary>
    public void Kill()
    {
        _listener.Stop();
        while (_connections.TryTake(out var connection)) connection.Dispose();
    }

    /// <summary>Keeps connections open and accepts new ones, but forwards no data.</summary>
    public void Freeze() => _resumed = new();

    /// <summary>Forwards again, beginning with the data that was held back while it was frozen.</summary>
    public void Restore()
    {
        _resumed.TrySetResult();
        if (_listener.Server.IsBound) return;
        _listener = new(IPAddress.Loopback, Port);
        Start();
    }

    public void Dispose()
    {
        Kill();
        _resumed.TrySetResult();
    }

    private void Start()
    {
        _listener.Start();
        _ = Accept(_listener);
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true) _ = Forward(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Kill has stopped the listener.
        }
    }

    private async Task Forward(TcpClient client)
    {
        using var server = new TcpClient();
        _connections.Add(client);
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            await Task.WhenAny(Copy(client, server), Copy(server, client));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // One side has disconnected; the other connection is closed below.
        }
        client.Dispose();
    }

    private async Task Copy(TcpClient from, TcpClient to)
    {
        var buffer = new byte[65536];
        while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
        {
            await _resumed.Task;
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
