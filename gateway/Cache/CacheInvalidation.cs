using Gateway.Live;
using MassTransit;
using Platform.Contracts;
using Platform.Contracts.Articles;
using Platform.Contracts.Comments;
using Platform.Contracts.CurrencyRates;
using Platform.Contracts.Feedback;
using Platform.Messaging;

namespace Gateway.Cache;

/// <summary>Maps public events to the surrogate keys that they change. Articles and discussions have the name of their stream.</summary>
public static class CacheInvalidation
{
    public static SurrogateKey[] Keys(object message) => message switch
    {
        ArticlePublished e => [SurrogateKey.Articles, new(e.StreamId)],
        ArticleRevised e => [SurrogateKey.Articles, new(e.StreamId)],
        ArticleRetracted e => [SurrogateKey.Articles, new(e.StreamId)],
        ArticleStatsChanged e => [new(e.StreamId), .. SurrogateKey.RankingsUpTo(e.Comments)],
        MediaChanged e => [SurrogateKey.Media(e.MediaId)],
        CommentPosted e => [SurrogateKey.Comments(e.ArticleId)],
        CommentEdited e => [SurrogateKey.Comments(e.ArticleId)],
        CommentHidden e => [SurrogateKey.Comments(e.ArticleId)],
        EventBatch<ArticleStatsChanged> batch => [.. batch.Events.SelectMany(Keys).Distinct()],
        EventBatch<CommentPosted> batch => [.. batch.Events.SelectMany(Keys).Distinct()],
        RatesPublished => [SurrogateKey.Rates],
        RatesCorrected => [SurrogateKey.Rates],
        _ => throw new ArgumentException(
            $"CacheInvalidation.Keys does not handle {message.GetType()}. Add the keys that it changes.", nameof(message)),
    };

    /// <summary>
    /// The public events that change nothing that a gateway caches; articles and comments publish separate events for the changes that they
    /// cause.
    /// </summary>
    public static readonly IReadOnlyList<Type> Irrelevant =
        [typeof(DiscussionChanged), typeof(TypoReportAccepted), typeof(TypoReportClosed), typeof(TypoCorrectionRefused)];

    /// <summary>The messages that this gateway consumes: all public events that change cached responses, single and in batches.</summary>
    public static readonly IReadOnlyList<Type> Messages = WithBatches(
        typeof(ArticlePublished).Assembly.GetExportedTypes().Where(t => t.GetProperty("StreamVersion") is not null).Except(Irrelevant));

    /// <summary>The events and, for those that are also published in batches, the batches.</summary>
    private static IReadOnlyList<Type> WithBatches(IEnumerable<Type> events) =>
        [.. events.SelectMany(e => EventBatch.Types.Contains(e) ? [e, EventBatch.Of(e)] : new[] { e })];

    private static IEnumerable<Type> LiveListeners =>
    [
        .. LiveEvents.Messages.Select(m => typeof(LiveListener<>).MakeGenericType(m)),
        .. LiveEvents.Messages.Intersect(EventBatch.Types).Select(m => typeof(LiveBatchListener<>).MakeGenericType(m)),
    ];

    /// <summary>
    /// Connects this gateway to the bus: with a temporary queue of its own for invalidation, and with the queue that all gateways share for
    /// live events.
    /// </summary>
    public static void AddChangeListener(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Generations>();
        builder.Services.AddSingleton<OtherGateways>().AddHostedService(provider => provider.GetRequiredService<OtherGateways>());
        var live = new ConsumedQueues();
        live.Add(LiveStore.Queue);
        foreach (var message in LiveEvents.Messages) live.Add(LiveStore.Queue, message);
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
                rabbit.ConnectToBroker(builder.Configuration, "gateway");
                rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition("gateway"), endpoint =>
                {
                    endpoint.LimitDeclarations(context.GetRequiredService<TimeProvider>());
                    endpoint.ConnectReceiveEndpointObserver(ActivatorUtilities.CreateInstance<InvalidateOnReconnect>(context));
                    endpoint.ConfigureConsumer<OtherGatewaysListener>(context);
                    endpoint.ConfigureConsumer<RestoreListener>(context);
                    foreach (var message in Messages)
                        endpoint.ConfigureConsumer(context, typeof(ChangeListener<>).MakeGenericType(message));
                });
                rabbit.ReceiveEndpoint(LiveStore.Queue, endpoint =>
                {
                    endpoint.PublishFaults = false;
                    endpoint.PrefetchCount = 256;
                    endpoint.ConcurrentMessageLimit = 256; // concurrent entries are committed together (LiveStore)
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

/// <summary>Invalidates the keys that a public event changed, from this gateway's own queue.</summary>
public sealed class ChangeListener<T>(Generations generations) : IConsumer<T> where T : class
{
    public Task Consume(ConsumeContext<T> context)
    {
        generations.Invalidate(CacheInvalidation.Keys(context.Message));
        return Task.CompletedTask;
    }
}

/// <summary>
/// A store was restored, so cached responses and delivered live events may contain data that was lost: drops the cache, and makes all
/// clients reload.
/// </summary>
public sealed class RestoreListener(Generations generations, LiveStore live, LiveFeed feed)
    : IConsumer<Platform.Contracts.Articles.ArticlesRetold>,
        IConsumer<Platform.Contracts.Comments.CommentsRetold>, IConsumer<Platform.Contracts.CurrencyRates.RatesRetold>,
        IConsumer<Platform.Contracts.Feedback.TypoReportsRetold>
{
    public Task Consume(ConsumeContext<Platform.Contracts.Articles.ArticlesRetold> context) => InvalidateAll(context.CancellationToken);
    public Task Consume(ConsumeContext<Platform.Contracts.Comments.CommentsRetold> context) => InvalidateAll(context.CancellationToken);
    public Task Consume(ConsumeContext<Platform.Contracts.CurrencyRates.RatesRetold> context) => InvalidateAll(context.CancellationToken);
    public Task Consume(ConsumeContext<Platform.Contracts.Feedback.TypoReportsRetold> context) => InvalidateAll(context.CancellationToken);

    private async Task InvalidateAll(CancellationToken ct)
    {
        generations.InvalidateAll();
        feed.DisconnectAll(await live.InvalidateAll(ct));
    }
}

/// <summary>
/// Messages that were published while this gateway was disconnected are lost, so after each connection all cached responses are stale.
/// </summary>
public sealed class InvalidateOnReconnect(Generations generations) : IReceiveEndpointObserver
{
    public Task Ready(ReceiveEndpointReady ready)
    {
        generations.InvalidateAll();
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;
    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
}
