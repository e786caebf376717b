using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;

namespace Platform.Hosting;

/// <summary>
/// How soon a process is connected again when its broker is back. MassTransit waits ever longer between two attempts, up to 37 seconds, and
/// goes on from there at the next outage of the same process; it has no setting for it. The policy is put in the place of its own. Its
/// version is pinned; one without these fields ends the start.
/// </summary>
public static class Reconnection
{
    /// <summary>The longest wait between two attempts, which comes a quarter longer or shorter.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Tries again every few seconds, however long and however often the broker is away.</summary>
    public static void ReconnectSoon(this IRabbitMqBusFactoryConfigurator rabbit) =>
        Policy((RabbitMqHostConfiguration)Host((RabbitMqBusFactoryConfigurator)rabbit)) = Forever();

    /// <summary>
    /// For whatever happened: an endpoint that met an exception outside a list would stop consuming for good, and its process would look
    /// well. Even refused credentials come right while a broker is restored.
    /// </summary>
    internal static IRetryPolicy Forever() =>
        Retry.CreatePolicy(retry => retry.Exponential(int.MaxValue, TimeSpan.FromSeconds(1), Longest, TimeSpan.FromSeconds(1)));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hostConfiguration")]
    private static extern ref IRabbitMqHostConfiguration Host(RabbitMqBusFactoryConfigurator rabbit);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ReceiveTransportRetryPolicy>k__BackingField")]
    private static extern ref IRetryPolicy Policy(RabbitMqHostConfiguration host);
}
