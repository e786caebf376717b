using Articles;
using Articles.Media;
using Articles.Publishing;
using Articles.Reading;
using Kit;
using Platform.EventSourcing;
using Xunit;
using static Unit.Articles.Contents;
using Public = Platform.Contracts.Articles;

namespace Unit.Articles;

public class OutgoingTests
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");

    [Fact]
    public async Task A_published_article_is_announced_with_its_content_and_the_id_of_its_event()
    {
        var sent = await Sent(Streams.Article(Id), new ArticlePublished(InTwoLanguages, Some.Noon));
        var message = Assert.IsType<Public.ArticlePublished>(sent.Message);
        Assert.Equal((message.EventId, $"article-{Id}"), (sent.MessageId, sent.Stream));
        Assert.Equal((1, Id, "news", Some.Noon), (message.StreamVersion, message.ArticleId, message.Section, message.PublishedAt));
        Assert.Equal("<p>Текст</p>", message.Texts["ru"].BodyHtml);
    }

    [Fact]
    public async Task A_revision_is_announced_with_the_first_publication_date() =>
        Assert.Equal(
            Some.Noon,
            Assert.IsType<Public.ArticleRevised>(
                (await Sent(Streams.Article(Id), new ArticleRevised(Other, Some.Noon, Some.Noon.AddDays(1)))).Message).PublishedAt);

    [Fact]
    public async Task A_retraction_is_announced_with_its_note() =>
        Assert.Equal(
            "wrong",
            Assert.IsType<Public.ArticleRetracted>(
                (await Sent(Streams.Article(Id), new ArticleRetracted("wrong", Some.Noon))).Message).Note);

    [Fact]
    public async Task A_comment_count_is_announced_with_the_id_of_its_article()
    {
        var message = Assert.IsType<Public.ArticleStatsChanged>((await Sent(Streams.Discussion(Id), new DiscussionCounted(7, 9))).Message);
        Assert.Equal((Id, 7), (message.ArticleId, message.Comments));
    }

    [Fact]
    public async Task A_picture_that_readers_see_differently_is_announced()
    {
        object[] changes =
        [
            new MediaReplaced(SomeMedia.Another, SomeMedia.Preview), new MediaDescribed(SomeMedia.Description()), new MediaDeleted(),
        ];
        foreach (var change in changes)
            Assert.Equal(Id, Assert.IsType<Public.MediaChanged>((await Sent(Streams.Media(Id), change)).Message).MediaId);
        var completed = await Sent(Streams.Renditions(Id), new RenditionsCompleted(SomeMedia.First.Hash));
        Assert.Equal(Id, Assert.IsType<Public.MediaChanged>(completed.Message).MediaId);
        Assert.Empty(await Translated(Streams.Media(Id), SomeMedia.Uploaded, new MediaRenamed("x")));
        Assert.Empty(await Translated(Streams.Renditions(Id), new RenditionsRequested(SomeMedia.First), new RenditionsDiscarded()));
    }

    [Fact]
    public async Task Drafts_and_sections_stay_private() =>
        Assert.Empty(
            await Translated(
                Streams.Article(Id),
                new ArticleDrafted(Draft),
                new DraftRevised(Other),
                new SectionDefined(1, new Dictionary<string, string>()),
                "something new"));

    private static async Task<Outbound> Sent(string stream, object @event) => Assert.Single(await Translated(stream, @event));

    private static Task<IReadOnlyList<Outbound>> Translated(string stream, params object[] events) =>
        Outgoing.Translate(Streamed.In(stream, events), null!, TestContext.Current.CancellationToken);
}
