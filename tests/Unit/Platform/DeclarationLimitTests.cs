using System.Reflection;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Time.Testing;
using Platform.Messaging;
using RabbitMQ.Client;
using Xunit;

namespace Unit.Platform;

public class DeclarationLimitTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Channel _channel = Stub<ChannelContext, Channel>();

    public static TheoryData<string> Declarations { get; } =
        [
            nameof(ChannelContext.ExchangeDeclare),
            nameof(ChannelContext.ExchangeBind),
            nameof(ChannelContext.QueueDeclare),
            nameof(ChannelContext.QueueBind),
        ];

    [Theory]
    [MemberData(nameof(Declarations))]
    public async Task A_declaration_that_times_out_fails_and_closes_the_channel(string declaration)
    {
        using var limited = new DeclarationLimit.LimitedChannel((ChannelContext)(object)_channel, _clock);
        var declaring = Declare(limited, declaration);
        _clock.Advance(DeclarationLimit.Longest - TimeSpan.FromSeconds(1));
        Assert.False(declaring.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<RabbitMqConnectionException>(() => declaring);
        Assert.IsType<TimeoutException>(_channel.Fault);
    }

    [Theory]
    [MemberData(nameof(Declarations))]
    public async Task A_declaration_that_the_broker_confirms_succeeds(string declaration)
    {
        using var limited = new DeclarationLimit.LimitedChannel((ChannelContext)(object)_channel, _clock);
        var declaring = Declare(limited, declaration);
        _channel.Answer.SetResult(new("queue", 0, 0));
        await declaring;
        _clock.Advance(2 * DeclarationLimit.Longest);
        Assert.Null(_channel.Fault);
    }

    private static Task Declare(ChannelContext channel, string declaration)
    {
        var method = typeof(ChannelContext).GetMethod(declaration)!;
        return (Task)method.Invoke(
            channel,
            [.. method.GetParameters().Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)])!;
    }

    private static TProxy Stub<T, TProxy>() where TProxy : DispatchProxy where T : class =>
        (TProxy)(object)DispatchProxy.Create<T, TProxy>();

    /// <summary>A channel that completes declarations when the test sets <see cref="Answer"/>.</summary>
    public class Channel : DispatchProxy
    {
        public TaskCompletionSource<QueueDeclareOk> Answer { get; } = new();

        public Exception? Fault { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(ChannelContext.NotifyFaulted) => Fault = (Exception)args![0]!,
            $"get_{nameof(ChannelContext.ConnectionContext)}" => DispatchProxy.Create<ConnectionContext, Connection>(),
            _ when typeof(Task).IsAssignableFrom(targetMethod.ReturnType) => Answer.Task,
            _ => targetMethod.ReturnType.IsValueType && targetMethod.ReturnType != typeof(void)
                ? Activator.CreateInstance(targetMethod.ReturnType)
                : null,
        };
    }

    public class Connection : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => new Uri("rabbitmq://localhost/");
    }
}
