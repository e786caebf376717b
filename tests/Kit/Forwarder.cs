using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Kit;

/// <summary>A port that leads to a server: one node of it, which a test can lose while the server goes on.</summary>
public sealed class Forwarder : IDisposable
{
    private readonly Uri _server;
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private TaskCompletionSource _thawed = new();

    public Forwarder(Uri server)
    {
        _server = server;
        _thawed.SetResult();
        Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>How many connections go through it, or went until it was killed.</summary>
    public int Connections => _connections.Count(c => c.Connected);

    /// <summary>Connections end, and new ones are refused.</summary>
    public void Kill()
    {
        _listener.Stop();
        while (_connections.TryTake(out var connection)) connection.Dispose();
    }

    /// <summary>Connections stay open and new ones are let in, but nothing goes through.</summary>
    public void Freeze() => _thawed = new();

    /// <summary>As in the beginning. What was held while it was frozen goes on.</summary>
    public void Restore()
    {
        _thawed.TrySetResult();
        if (_listener.Server.IsBound) return;
        _listener = new(IPAddress.Loopback, Port);
        Start();
    }

    public void Dispose()
    {
        Kill();
        _thawed.TrySetResult();
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
            // It was killed.
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
            // One side is gone, so the other one goes, too.
        }
        client.Dispose();
    }

    private async Task Copy(TcpClient from, TcpClient to)
    {
        var buffer = new byte[65536];
        while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
        {
            await _thawed.Task;
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
