using Marten;
using Marten.Linq.MatchesSql;
using MassTransit;
using Platform.Contracts.Comments;
using Platform.EventSourcing;

namespace Articles.Reading;

/// <summary>Resets the comment counts of discussions that Comments has lost.</summary>
public sealed class WhenCommentsRetold(Decider decider, IDocumentStore store) : IConsumer<CommentsRetold>
{
    private const int PageSize = 500;

    public async Task Consume(ConsumeContext<CommentsRetold> context)
    {
        while (await NextPage(context.Message.Epoch, context.CancellationToken) is { Count: > 0 } discussions)
            foreach (var discussion in discussions)
                await decider.Decide<ArticleDiscussion>(
                    discussion, d => ArticleDiscussion.ResetCount(d, context.Message.Epoch), context.CancellationToken);
    }

    private async Task<IReadOnlyList<string>> NextPage(long epoch, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<ArticleDiscussion>().Where(d => d.MatchesSql("coalesce((d.data ->> 'epoch')::bigint, 0) < ?", epoch))
            .Take(PageSize).Select(d => d.Id).ToListAsync(ct);
    }
}
