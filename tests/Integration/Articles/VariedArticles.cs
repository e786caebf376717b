using Articles.Featured;
using Articles.Reading;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Comments;
using Xunit;
using static Integration.Articles.Newsroom;
using Streams = Articles.Streams;

namespace Integration.Articles;

/// <summary>
/// Articles of two sections in every state: drafts, revised, corrected, renamed, retracted and published again, with and without
/// translations, related articles and comments, featured or not. Three of a time are published at the same instant.
/// </summary>
public sealed class VariedArticles : ServiceNewsroom
{
    public const string Day = "2021-03-04";

    /// <summary>The articles that readers can see, and a retracted one.</summary>
    public List<Guid> Articles { get; } = [];

    protected override async Task Prepare()
    {
        var time = DateTimeOffset.Parse($"{Day}T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        var draft = await Desk.Drafted();
        for (var i = 0; i < 15; i++)
        {
            var translations = new Dictionary<string, object?>();
            if (i % 4 != 3) translations["en"] = Text($"Summit {i}", $"<p>Body {i} &amp; <em>more</em></p>", slug: $"summit-{i}");
            if (i % 2 == 1) translations["ru"] = Text($"Саммит {i}", $"<p>Текст {i}</p>");
            if (i % 3 == 0) translations["zh"] = Text($"峰会 {i}", $"<p>正文 {i}</p>");
            Articles.Add(await Desk.Published(
                Body(
                    translations,
                    i % 2 == 0 ? "news" : "analytics",
                    i % 3 == 0 ? ["third", "any"] : ["any"],
                    ("author", i % 5 == 0 ? "Ann Lee" : null),
                    ("cover", i % 4 == 0 ? new { url = "https://example.org/flag.jpg", alt = new { en = "A flag", ru = "Флаг" } } : null),
                    ("related", i == 9 ? new[] { Articles[5], draft, Articles[2], Articles[0] } : null)),
                time.AddMinutes(i / 3)));
        }
        await Revise(1, "analytics", "A name was wrong.");
        await Revise(4, "news", null);
        await Revise(6, "analytics", null); // moves to the other section
        await Ok(Desk.Post($"/api/articles/{Articles[2]}/retract", new { note = "It was wrong." }));
        await Ok(Desk.Post($"/api/articles/{Articles[8]}/retract", new { note = "It was early." }));
        await Ok(Desk.Post($"/api/articles/{Articles[8]}/publish"));
        foreach (var i in new[] { 3, 10, 0 }) await Ok(Desk.Post($"/api/articles/{Articles[i]}/feature"));
        foreach (var (i, comments) in new[] { (0, 3), (1, 12), (2, 5), (7, 3), (9, 0), (14, 1) })
            await Desk.PublishAndWait(
                new DiscussionChanged(Some.Id(), Streams.Discussion(Articles[i]), 1, Some.Noon, Articles[i], comments));
    }

    private async Task Revise(int i, string section, string? correction)
    {
        var translations = new { en = Text($"Renamed {i}", $"<p>Better {i}</p>", slug: $"renamed-{i}"), zh = Text($"更正 {i}") };
        await Ok(Desk.Put(Articles[i], Body(translations, section, ["any"])));
        await Ok(Desk.Post($"/api/articles/{Articles[i]}/publish", correction is null ? null : new { correction }));
    }

    /// <summary>What the projections make of the events, as readers see it.</summary>
    public async Task<Folded> Fold()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var session = Desk.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var (pages, lists) = (new ArticlePageProjection(), new ArticleListProjection());
        var folded = new Folded();
        foreach (var stream in Articles.Select(Streams.Article))
        {
            var events = await session.Events.FetchStreamAsync(stream, token: ct);
            folded.Pages.Add(events.Aggregate((ArticlePage?)null, (page, e) => pages.Evolve(page, stream, e))!);
            if (events.Aggregate((ArticleSummary?)null, (row, e) => lists.Evolve(row, stream, e)) is { } summary)
                folded.Summaries.Add(summary);
            var discussion = Streams.Discussion(Streams.ArticleId(stream));
            if (await session.Events.AggregateStreamAsync<ArticleDiscussion>(discussion, token: ct) is { Comments: var comments })
                folded.Comments[stream] = comments;
        }
        var featured = await session.Events.AggregateStreamAsync<FeaturedArticles>(Streams.Featured, token: ct);
        folded.Featured.AddRange(featured!.Articles);
        return folded;
    }
}

/// <summary>The read models, folded from the events.</summary>
public sealed class Folded
{
    public List<ArticlePage> Pages { get; } = [];
    public List<ArticleSummary> Summaries { get; } = [];
    public Dictionary<string, int> Comments { get; } = [];
    public List<Guid> Featured { get; } = [];

    /// <summary>The article of a list.</summary>
    internal ListedArticle Listed(ArticleSummary summary) =>
        new(summary, Comments.GetValueOrDefault(summary.Id), Featured.Contains(Streams.ArticleId(summary.Id)));

    /// <summary>The summaries, newest first.</summary>
    public IEnumerable<ArticleSummary> NewestFirst =>
        Summaries.OrderByDescending(s => s.PublishedAt).ThenByDescending(s => s.Id, StringComparer.Ordinal);
}
