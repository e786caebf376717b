using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;

namespace Platform.Messaging;

/// <summary>
/// Reconnects quickly when the broker is available again. MassTransit increases the pause between attempts up to 37 seconds, continues from
/// there at the next outage of the same process, and has no setting for it. So this class replaces its retry policy. The MassTransit
/// version is pinned; a version without these fields fails at startup.
/// </summary>
public static class Reconnection
{
    /// <summary>The longest pause between two attempts, before a random variation of a quarter.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Reconnects every few seconds, however long and however often the broker is unavailable.</summary>
    public static void ReconnectSoon(this IRabbitMqBusFactoryConfigurator rabbit) =>
        Policy((RabbitMqHostConfiguration)Host((RabbitMqBusFactoryConfigurator)rabbit)) = Forever();

    /// <summary>
    /// A retry policy for every exception. An endpoint that met an exception outside a list would stop consuming for good, while its
    /// process appears healthy. Even rejected credentials can become valid again while a broker is restored.
    /// </summary>
    internal static IRetryPolicy Forever() =>
        Retry.CreatePolicy(retry => retry.Exponential(int.MaxValue, TimeSpan.FromSeconds(1), Longest, TimeSpan.FromSeconds(1)));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hostConfiguration")]
    private static extern ref IRabbitMqHostConfiguration Host(RabbitMqBusFactoryConfigurator rabbit);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ReceiveTransportRetryPolicy>k__BackingField")]
    private static extern ref IRetryPolicy Policy(RabbitMqHostConfiguration host);
}
