using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Edge;

/// <summary>
/// Lets a gateway take over the port of its predecessor. The kernel lets several processes of one user listen on the same port. When this
/// gateway is ready, it receives all new connections, so that none is waiting at the predecessor when that one stops listening.
/// </summary>
public sealed class SharedPort : IHostedLifecycleService
{
    // Values from <asm-generic/socket.h> and <linux/filter.h>.
    private const int SocketLevel = 1, ReusePort = 15, AttachReusePortProgram = 51;
    private const ushort Return = 6;

    private readonly List<Socket> _sockets = [];

    /// <summary>Creates the socket that Kestrel would create, with the option SO_REUSEPORT.</summary>
    public Socket Listen(EndPoint endpoint)
    {
        if (endpoint is not IPEndPoint address || !OperatingSystem.IsLinux())
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true; // As Kestrel does, listen on IPv4 and IPv6.
        socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        socket.Bind(address);
        _sockets.Add(socket);
        return socket;
    }

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var socket in _sockets) DirectNewConnectionsToSecond(socket);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Attaches a program to the listeners of the port, which chooses the second one for each new connection. A predecessor was the first
    /// to listen. Without a second listener the kernel ignores the choice. A successor inherits the program.
    /// </summary>
    internal static void DirectNewConnectionsToSecond(Socket listener)
    {
        // struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; } with the only instruction "return 1", the index of the listener.
        var instruction = new byte[8];
        BitConverter.TryWriteBytes(instruction, Return);
        BitConverter.TryWriteBytes(instruction.AsSpan(4), 1);
        var pinned = GCHandle.Alloc(instruction, GCHandleType.Pinned);
        try
        {
            // struct sock_fprog { u16 len; struct sock_filter *filter; }, where the pointer is aligned.
            var program = new byte[2 * IntPtr.Size];
            BitConverter.TryWriteBytes(program, (ushort)1);
            BitConverter.TryWriteBytes(program.AsSpan(IntPtr.Size), pinned.AddrOfPinnedObject().ToInt64());
            listener.SetRawSocketOption(SocketLevel, AttachReusePortProgram, program);
        }
        finally
        {
            pinned.Free();
        }
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
