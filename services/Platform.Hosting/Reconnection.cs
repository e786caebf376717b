using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using RabbitMQ.Client.Exceptions;

namespace Platform.Hosting;

/// <summary>
/// How soon a process is connected again when its broker is back. MassTransit waits ever longer between two attempts, up to 37 seconds, and goes on from there at the next outage
/// of the same process; it has no setting for it. The policy is put in the place of its own, for the same exceptions. Its version is pinned; one without these fields ends the start.
/// </summary>
public static class Reconnection
{
    /// <summary>The longest wait between two attempts, which comes a quarter longer or shorter.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Tries again every few seconds, however long and however often the broker is away.</summary>
    public static void ReconnectSoon(this IRabbitMqBusFactoryConfigurator rabbit) =>
        Policy((RabbitMqHostConfiguration)Host((RabbitMqBusFactoryConfigurator)rabbit)) = Retry.CreatePolicy(retry =>
        {
            retry.Handle<ConnectionException>();
            retry.Handle<AlreadyClosedException>();
            retry.Handle<EndOfStreamException>();
            retry.Handle<OperationInterruptedException>(e => e.ChannelShouldBeClosed());
            retry.Handle<NotSupportedException>(e => e.Message.Contains("Pipelining of requests forbidden", StringComparison.Ordinal));
            retry.Ignore<AuthenticationFailureException>();
            retry.Exponential(int.MaxValue, TimeSpan.FromSeconds(1), Longest, TimeSpan.FromSeconds(1));
        });

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hostConfiguration")]
    private static extern ref IRabbitMqHostConfiguration Host(RabbitMqBusFactoryConfigurator rabbit);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ReceiveTransportRetryPolicy>k__BackingField")]
    private static extern ref IRetryPolicy Policy(RabbitMqHostConfiguration host);
}
