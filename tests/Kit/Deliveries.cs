using MassTransit;

namespace Kit;

/// <summary>Counts the messages that a service has consumed, so that a test can wait for a message that changes nothing.</summary>
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
