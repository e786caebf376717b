using MassTransit;

namespace Kit;

/// <summary>Counts the messages a service is done with, so that a test knows when a delivery that changes nothing has happened.</summary>
internal sealed class Deliveries : IReceiveObserver
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public Task PostReceive(ReceiveContext context)
    {
        Interlocked.Increment(ref _count);
        return Task.CompletedTask;
    }

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
        Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}
