using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway;

/// <summary>
/// Several gateways of one user may listen at one port, and the kernel gives each new connection to one of them. So the next build listens
/// before this one stops, and no connection is refused in between.
/// </summary>
public static class SharedPort
{
    // As <asm-generic/socket.h> numbers them.
    private const int SocketLevel = 1, ReusePort = 15;

    /// <summary>The socket that Kestrel would make, with the option that lets others share its port.</summary>
    public static Socket Listen(EndPoint endpoint)
    {
        if (endpoint is not IPEndPoint address || !OperatingSystem.IsLinux())
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true; // Kestrel listens at both.
        socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        socket.Bind(address);
        return socket;
    }
}
