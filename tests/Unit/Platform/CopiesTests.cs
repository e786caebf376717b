using Articles.Publishing;
using Comments.Threads;
using Feedback.Typos;
using Kit;
using Platform.Replays.Admin;
using Xunit;
using Public = Platform.Contracts.Articles;

namespace Unit.Platform;

/// <summary>Publisher and consumer compute the same hash of a fact if, and only if, the copy is correct.</summary>
public class CopiesTests
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");
    private static readonly string Stream = $"article-{Id}";
    private static readonly Content First = new("news", ["trade"], null, null, null, new Dictionary<string, Text>
    {
        ["ru"] = new("Заголовок", "Начало", "zagolovok", "<p>Текст</p>"),
        ["en"] = new("Title", "Lead", "title", "<p>Body</p>"),
    });
    private static readonly Content Second = First with { Section = "analytics" };
    private static readonly ArticlePublished Published = new(First, Some.Noon.ToOffset(TimeSpan.FromHours(8)));
    private static readonly ArticleRevised Revised = new(Second, Some.Noon, Some.Noon.AddHours(1)) { Typo = new(Some.Id(), 2) };
    private static readonly ArticleRetracted Retracted = new("wrong", Some.Noon.AddHours(2));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static readonly object[][] Histories =
    [
        [Published],
        [Published, Revised],
        [Published, Revised, Retracted],
        [Published, Retracted, Published, Revised],
    ];

    [Fact]
    public async Task Publisher_and_consumer_compute_the_same_hash_in_any_order_of_events()
    {
        foreach (var (history, random) in Histories.SelectMany(_ => Some.Seeds(20), (history, random) => (history, random)))
        {
            var events = Streamed.In(Stream, history);
            var messages = await global::Articles.Outgoing.Translate(events, null!, Cancelled);
            var delivered = random.Redelivered([.. messages.Select(m => m.Message)]);
            Assert.Equal(global::Articles.Copies.Headings(Stream, events), global::Comments.Copies.Of(InComments(delivered)));
            Assert.Equal(global::Articles.Copies.Versions(Stream, events), global::Feedback.Copies.Of(InFeedback(delivered)));
        }
    }

    [Fact]
    public void A_copy_with_a_different_title_has_a_different_hash()
    {
        var copy = new ArticleCopy { Id = Stream, ArticleVersion = 1, Headings = new() { ["en"] = new("Title", "title") } };
        var damaged = copy with { Headings = new() { ["en"] = new("Other", "title") } };
        Assert.NotEqual(global::Comments.Copies.Of(copy), global::Comments.Copies.Of(damaged));
    }

    [Fact]
    public void Every_list_is_provided_by_its_publisher_and_its_consumer()
    {
        var services = new Dictionary<string, IReadOnlyList<CopyList>>
        {
            ["articles"] = global::Articles.Copies.Lists,
            ["comments"] = global::Comments.Copies.Lists,
            ["feedback"] = global::Feedback.Copies.Lists,
        };
        var lists = services.SelectMany(s => s.Value.Select(l => (Service: s.Key, List: l))).GroupBy(l => l.List.Name).ToArray();
        Assert.InRange(lists.Length, 4, 50);
        Assert.All(lists, list =>
        {
            var (publisher, consumer) = (list.First().List.Publisher, list.First().List.Consumer);
            Assert.Equal(new[] { publisher, consumer }.Order(), list.Select(l => l.Service).Order());
            Assert.All(list, l => Assert.Equal((publisher, consumer), (l.List.Publisher, l.List.Consumer)));
        });
    }

    private static ArticleCopy InComments(object[] messages) => messages.Aggregate((ArticleCopy?)null, Heard)!;

    private static ArticleVersions InFeedback(object[] messages) => messages.Aggregate((ArticleVersions?)null, Heard)!;

    private static ArticleCopy? Heard(ArticleCopy? copy, object message)
    {
        var decided = message switch
        {
            Public.ArticlePublished m => global::Comments.Threads.WhenArticlePublished.Decide(m, copy),
            Public.ArticleRevised m => global::Comments.Threads.WhenArticleRevised.Decide(m, copy),
            Public.ArticleRetracted m => global::Comments.Threads.WhenArticleRetracted.Decide(m, copy),
            _ => throw new InvalidOperationException($"{message}"),
        };
        return decided.Aggregate(copy, (state, e) => (state ?? new ArticleCopy { Id = Stream }).Evolve(e));
    }

    private static ArticleVersions? Heard(ArticleVersions? copy, object message)
    {
        var seen = message switch
        {
            Public.ArticlePublished m => global::Feedback.Typos.WhenArticlePublished.Seen(m),
            Public.ArticleRevised m => global::Feedback.Typos.WhenArticleRevised.Seen(m),
            Public.ArticleRetracted m => global::Feedback.Typos.WhenArticleRetracted.Seen(m),
            _ => throw new InvalidOperationException($"{message}"),
        };
        return ArticleVersions.ApplyVersion(copy, seen).Aggregate(
            copy, (state, e) => (state ?? new ArticleVersions { Id = Stream }).Evolve(e));
    }
}
