using Marten;
using MassTransit;
using Platform.Contracts.Articles;
using Platform.EventSourcing;

namespace Feedback.Typos;

/// <summary>Removes the versions of articles that the articles service has lost.</summary>
public sealed class WhenArticlesRetold(Decider decider, IDocumentStore store) : IConsumer<ArticlesRetold>
{
    private const int Page = 500;

    public async Task Consume(ConsumeContext<ArticlesRetold> context)
    {
        var ct = context.CancellationToken;
        for (var after = ""; await NextPage(after, ct) is { Count: > 0 } articles; after = articles[^1])
            foreach (var article in articles)
                await decider.Decide<ArticleVersions>(article, a => ArticleVersions.RemoveLostVersions(a, context.Message.Epoch), ct);
    }

    private async Task<IReadOnlyList<string>> NextPage(string after, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.AdvancedSql.QueryAsync<string>(
            $"select id from {store.Options.Events.DatabaseSchemaName}.mt_streams where id > ? and id like 'article-%' order by id "
            + $"limit {Page}",
            ct,
            after);
    }
}
