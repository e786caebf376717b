using Marten;
using Marten.Linq.MatchesSql;
using MassTransit;
using Platform.Contracts.Comments;
using Platform.EventSourcing;

namespace Articles;

/// <summary>Forgets the counts of discussions that the comments service has lost.</summary>
public sealed class WhenCommentsRetold(Decider decider, IDocumentStore store) : IConsumer<CommentsRetold>
{
    private const int Page = 500;

    public async Task Consume(ConsumeContext<CommentsRetold> context)
    {
        while (await Next(context.Message.Epoch, context.CancellationToken) is { Count: > 0 } discussions)
            foreach (var discussion in discussions)
                await decider.Decide<ArticleDiscussion>(
                    discussion, d => ArticleDiscussion.Withdraw(d, context.Message.Epoch), context.CancellationToken);
    }

    private async Task<IReadOnlyList<string>> Next(long epoch, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<ArticleDiscussion>().Where(d => d.MatchesSql("coalesce((d.data ->> 'epoch')::bigint, 0) < ?", epoch))
            .Take(Page).Select(d => d.Id).ToListAsync(ct);
    }
}
