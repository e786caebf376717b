using Marten;
using Marten.Linq.MatchesSql;
using MassTransit;
using Platform.Contracts.Articles;
using Platform.EventSourcing;

namespace Comments.Threads;

/// <summary>Closes the discussions of articles that the articles service has lost.</summary>
public sealed class WhenArticlesRetold(Decider decider, IDocumentStore store) : IConsumer<ArticlesRetold>
{
    private const int Page = 500;

    public async Task Consume(ConsumeContext<ArticlesRetold> context)
    {
        while (await LoadOutdated(context.Message.Epoch, context.CancellationToken) is { Count: > 0 } articles)
            foreach (var article in articles)
                await decider.Decide<ArticleCopy>(article, c => ArticleCopy.Withdraw(c, context.Message.Epoch), context.CancellationToken);
    }

    private async Task<IReadOnlyList<string>> LoadOutdated(long epoch, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<ArticleCopy>().Where(c => c.MatchesSql("coalesce((d.data ->> 'epoch')::bigint, 0) < ?", epoch))
            .Take(Page).Select(c => c.Id).ToListAsync(ct);
    }
}
