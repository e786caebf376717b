using MassTransit;
using Npgsql;
using Platform.Contracts;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Messaging;

/// <summary>Why a message could not be handled.</summary>
internal enum RetryReason
{
    /// <summary>The database is unavailable: the message waits for it.</summary>
    StoreIsAway,
    /// <summary>A time limit was reached or a race was lost: the message is retried for about an hour.</summary>
    TooSlow,
    /// <summary>Anything else: the message is retried five times.</summary>
    Poison,
}

/// <summary>Decides how long a failing message is retried.</summary>
public static class Retries
{
    /// <summary>
    /// A message waits while the database is unavailable. If its handler only ever reaches a time limit, it is moved to the error queue
    /// after about an hour, not sooner, because an unresponsive database causes the same error. Any other failure is poison after five
    /// retries.
    /// </summary>
    public static void RetryOrWait(this IReceiveEndpointConfigurator endpoint)
    {
        Retry(RetryReason.StoreIsAway, int.MaxValue, TimeSpan.FromSeconds(5));
        Retry(RetryReason.TooSlow, 60, TimeSpan.FromSeconds(30));
        Retry(RetryReason.Poison, 5, TimeSpan.FromSeconds(5));

        void Retry(RetryReason reason, int times, TimeSpan longest) => endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(e => Classify(e) == reason);
            retry.Exponential(times, TimeSpan.FromMilliseconds(100), longest, TimeSpan.FromMilliseconds(200));
        });
    }

    /// <summary>
    /// Handles a batch. If that fails for a reason other than the database, each of its events is sent to this queue on its own, so that
    /// one bad event does not block the others.
    /// </summary>
    public static async Task ConsumeOrSplit<T>(this ConsumeContext<EventBatch<T>> context, Func<Task> consume) where T : class
    {
        try
        {
            await consume();
        }
        catch (Exception e) when (Classify(e) == RetryReason.Poison)
        {
            var queue = await context.GetSendEndpoint(context.ReceiveContext.InputAddress);
            foreach (var single in context.Message.Events)
                await queue.Send(single, send =>
                {
                    send.SetEpoch(context.Epoch());
                    if (context.IsReplay()) send.Headers.Set(Replayed.Header, true);
                    if (context.IsRefill()) send.Headers.Set(Replayed.RefillHeader, true);
                }, context.CancellationToken);
        }
    }

    /// <summary>Classifies the exception that a message handler threw.</summary>
    internal static RetryReason Classify(Exception? exception) =>
        IsSlow(exception) ? RetryReason.TooSlow : StoreProblems.StoreIsAway(exception) ? RetryReason.StoreIsAway : RetryReason.Poison;

    /// <summary>
    /// Whether the handler took too long or lost every race. The database may be healthy while only this message demands too much of it.
    /// </summary>
    private static bool IsSlow(Exception? exception) => exception switch
    {
        null => false,
        Contention or NpgsqlException { InnerException: TimeoutException } => true,
        PostgresException
        {
            SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
        } => true,
        _ => IsSlow(exception.InnerException),
    };
}
