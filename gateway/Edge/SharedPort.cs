using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Edge;

/// <summary>
/// Lets several gateways of one user listen on the same port; the kernel distributes new connections among them. So the next build can
/// listen before this one stops, and no connection is refused in between.
/// </summary>
public static class SharedPort
{
    // Values from <asm-generic/socket.h>.
    private const int SocketLevel = 1, ReusePort = 15;

    /// <summary>Creates the socket that Kestrel would create, with the option SO_REUSEPORT.</summary>
    public static Socket Listen(EndPoint endpoint)
    {
        if (endpoint is not IPEndPoint address || !OperatingSystem.IsLinux())
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true; // As Kestrel does, listen on IPv4 and IPv6.
        socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        socket.Bind(address);
        return socket;
    }
}
