using MassTransit;
using Platform.Contracts;
using Platform.Contracts.Articles;
using Platform.Contracts.Comments;
using Platform.Contracts.CurrencyRates;
using Platform.Contracts.Feedback;
using Platform.EventSourcing.Replays;
using Platform.Hosting;

namespace Gateway;

/// <summary>Which surrogate keys a public event changes; the same names that services give their answers.</summary>
public static class WhatChanged
{
    public static string[] Keys(object message) => message switch
    {
        ArticlePublished e => ["articles", e.StreamId],
        ArticleRevised e => ["articles", e.StreamId],
        ArticleRetracted e => ["articles", e.StreamId],
        ArticleStatsChanged e => [e.StreamId],
        CommentPosted e => [$"comments-{e.ArticleId}"],
        CommentEdited e => [$"comments-{e.ArticleId}"],
        CommentHidden e => [$"comments-{e.ArticleId}"],
        EventBatch<ArticleStatsChanged> batch => [.. batch.Events.SelectMany(Keys)],
        EventBatch<CommentPosted> batch => [.. batch.Events.SelectMany(Keys).Distinct()],
        RatesPublished => ["rates"],
        RatesCorrected => ["rates"],
        _ => throw new ArgumentException($"Say here what {message.GetType()} changes.", nameof(message)),
    };

    /// <summary>
    /// The public events that change nothing that a gateway caches: the comments and the articles publish events of their own for that.
    /// </summary>
    public static readonly IReadOnlyList<Type> Irrelevant =
        [typeof(DiscussionChanged), typeof(TypoReportAccepted), typeof(TypoReportClosed), typeof(TypoCorrectionRefused)];

    /// <summary>The messages this gateway listens to: all public events that change what it caches, alone and in batches.</summary>
    public static readonly IReadOnlyList<Type> Messages = WithBatches(
        typeof(ArticlePublished).Assembly.GetExportedTypes().Where(t => t.GetProperty("StreamVersion") is not null).Except(Irrelevant));

    /// <summary>The events and, if they are also sent in batches, the batches.</summary>
    private static IReadOnlyList<Type> WithBatches(IEnumerable<Type> events) =>
        [.. events.SelectMany(e => EventBatch.Types.Contains(e) ? [e, EventBatch.Of(e)] : new[] { e })];

    private static IEnumerable<Type> LiveListeners =>
    [
        .. WhatIsLive.Messages.Select(m => typeof(LiveListener<>).MakeGenericType(m)),
        .. WhatIsLive.Messages.Intersect(EventBatch.Types).Select(m => typeof(LiveBatchListener<>).MakeGenericType(m)),
    ];

    /// <summary>
    /// Connects this instance to the bus: by a queue of its own, gone when it is gone, and by the one that keeps for all gateways what
    /// those who listen are told.
    /// </summary>
    public static void AddChangeListener(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Generations>();
        builder.Services.AddSingleton<OtherGateways>().AddHostedService(provider => provider.GetRequiredService<OtherGateways>());
        var live = new ConsumedQueues();
        live.Add(LiveStore.Queue);
        foreach (var message in WhatIsLive.Messages) live.Add(LiveStore.Queue, message);
        builder.Services.AddSingleton<Refills>().AddSingleton(live);
        builder.AddBroker("gateway");
        builder.Services.AddMassTransit(bus =>
        {
            bus.UsePlatformDefaults();
            bus.AddConsumer<OtherGatewaysListener>();
            bus.AddConsumer<RestoreListener>();
            foreach (var message in Messages) bus.AddConsumer(typeof(ChangeListener<>).MakeGenericType(message));
            foreach (var listener in LiveListeners) bus.AddConsumer(listener);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.ConnectTo(builder.Configuration, "gateway");
                rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition("gateway"), endpoint =>
                {
                    endpoint.LimitDeclarations(context.GetRequiredService<TimeProvider>());
                    endpoint.ConnectReceiveEndpointObserver(ActivatorUtilities.CreateInstance<ForgetOnReconnect>(context));
                    endpoint.ConfigureConsumer<OtherGatewaysListener>(context);
                    endpoint.ConfigureConsumer<RestoreListener>(context);
                    foreach (var message in Messages)
                        endpoint.ConfigureConsumer(context, typeof(ChangeListener<>).MakeGenericType(message));
                });
                rabbit.ReceiveEndpoint(LiveStore.Queue, endpoint =>
                {
                    endpoint.PublishFaults = false;
                    endpoint.PrefetchCount = 256;
                    endpoint.ConcurrentMessageLimit = 256; // those who wait at the same moment share a transaction (LiveStore)
                    endpoint.RetryOrWait();
                    endpoint.LimitDeclarations(context.GetRequiredService<TimeProvider>());
                    endpoint.UseQuorumQueue(builder.Configuration, async (queue, ct) =>
                        await context.GetRequiredService<Refills>().Request(
                            queue, ct, await context.GetRequiredService<LiveStore>().RefillFrom(ct)));
                    foreach (var listener in LiveListeners) endpoint.ConfigureConsumer(context, listener);
                });
            });
        });
    }
}

/// <summary>Raises what a public event changed, on this instance's own queue.</summary>
public sealed class ChangeListener<T>(Generations generations) : IConsumer<T> where T : class
{
    public Task Consume(ConsumeContext<T> context)
    {
        generations.Raise(WhatChanged.Keys(context.Message));
        return Task.CompletedTask;
    }
}

/// <summary>A store was restored: what was fetched from it before, and what those who listen heard of it, may never have been.</summary>
public sealed class RestoreListener(Generations generations, LiveStore live, LiveFeed feed)
    : IConsumer<Platform.Contracts.Articles.ArticlesRetold>,
        IConsumer<Platform.Contracts.Comments.CommentsRetold>, IConsumer<Platform.Contracts.CurrencyRates.RatesRetold>,
        IConsumer<Platform.Contracts.Feedback.TypoReportsRetold>
{
    public Task Consume(ConsumeContext<Platform.Contracts.Articles.ArticlesRetold> context) => ForgetAll(context.CancellationToken);
    public Task Consume(ConsumeContext<Platform.Contracts.Comments.CommentsRetold> context) => ForgetAll(context.CancellationToken);
    public Task Consume(ConsumeContext<Platform.Contracts.CurrencyRates.RatesRetold> context) => ForgetAll(context.CancellationToken);
    public Task Consume(ConsumeContext<Platform.Contracts.Feedback.TypoReportsRetold> context) => ForgetAll(context.CancellationToken);

    private async Task ForgetAll(CancellationToken ct)
    {
        generations.RaiseAll();
        feed.SendBack(await live.ForgetAll(ct));
    }
}

/// <summary>
/// What was said while this instance was not connected is not known: after each connection nothing kept counts as current.
/// </summary>
public sealed class ForgetOnReconnect(Generations generations) : IReceiveEndpointObserver
{
    public Task Ready(ReceiveEndpointReady ready)
    {
        generations.RaiseAll();
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;
    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
}
