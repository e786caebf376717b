using System.Text.Json;
using Gateway.Live;
using Platform.Contracts.Articles;
using Platform.Contracts.Comments;
using Platform.Web;
using Xunit;

namespace Unit.Gateway;

public class LiveTests
{
    private static readonly Guid Article = Guid.CreateVersion7();

    [Fact]
    public void An_article_event_contains_the_headings_in_every_language_but_not_the_body()
    {
        var entry = LiveEvents.Entry(
            new ArticlePublished(
                default,
                $"article-{Article}",
                4,
                DateTimeOffset.UnixEpoch,
                Article,
                "news",
                ["energy"],
                DateTimeOffset.UnixEpoch,
                new Dictionary<string, ArticleText>
                {
                    ["ru"] = new("Заголовок", "Кратко", "zagolovok", "<p>secret</p>"),
                    ["en"] = new("Title", "Lead", "title", "<p>secret</p>"),
                }));
        Assert.Equal(("article", $"article-{Article}", 4L, false), (entry.Topic, entry.Stream, entry.Version, entry.Gone));
        Assert.Equal(["en", "ru"], entry.Langs);
        var data = JsonSerializer.Deserialize<JsonElement>(entry.Data);
        Assert.Equal(
            ("published", Article, "Заголовок"),
            (
                data.GetProperty("change").GetString(),
                data.GetProperty("id").GetGuid(),
                data.GetProperty("texts").GetProperty("ru").GetProperty("title").GetString()));
        Assert.DoesNotContain("secret", entry.Data, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', entry.Data);
    }

    [Fact]
    public void A_hidden_or_retracted_item_is_announced_without_its_text()
    {
        Assert.Equal(
            """{"change":"hidden","id":"00000000-0000-0000-0000-000000000000","version":2,"at":"1970-01-01T00:00:00+00:00","""
            + "\"articleId\":\"00000000-0000-0000-0000-000000000000\"}",
            LiveEvents.Entry(new CommentHidden(default, "comment-1", 2, DateTimeOffset.UnixEpoch, default, default)).Data);
        var retracted = LiveEvents.Entry(new ArticleRetracted(default, "article-1", 3, DateTimeOffset.UnixEpoch, Article, "Withdrawn"));
        Assert.True(retracted.Gone);
        Assert.Empty(retracted.Langs);
    }

    [Fact]
    public void A_comment_edited_by_its_author_is_announced_with_the_new_text()
    {
        var edited = LiveEvents.Entry(new CommentEdited(
            default,
            "comment-1",
            2,
            DateTimeOffset.UnixEpoch,
            default,
            Article,
            "Better said.",
            DateTimeOffset.UnixEpoch));
        Assert.Equal(("comment", 2L, Article, false), (edited.Topic, edited.Version, edited.Article, edited.Gone));
        var data = JsonSerializer.Deserialize<JsonElement>(edited.Data);
        Assert.Equal(("edited", "Better said."), (data.GetProperty("change").GetString(), data.GetProperty("text").GetString()));
    }

    [Fact]
    public void A_multiline_text_is_one_data_line() =>
        Assert.DoesNotContain(
            '\n',
            LiveEvents.Entry(
                new CommentPosted(
                    default, "comment-1", 1, default, default, Article, null, "Ann", "One\nTwo\r\ndata: Three", default)).Data);

    [Theory]
    [InlineData(null, null, true, true, true)]
    [InlineData("article", null, true, false, false)]
    [InlineData("comment, rates", null, false, true, true)]
    [InlineData("", "ru", true, true, true)]
    [InlineData(null, "zh", false, true, true)]
    [InlineData("article", "zh", false, false, false)]
    public void A_client_receives_only_the_topics_and_the_language_it_selected(
        string? topics,
        string? lang,
        bool article,
        bool comment,
        bool rates)
    {
        var filter = LiveFilter.Of(topics, lang);
        LiveEntry Of(string topic, params string[] langs) => new(topic, "s", 1, default, null, false, langs, "{}");
        Assert.Equal(
            (article, comment, rates), (filter.Wants(Of("article", "en", "ru")), filter.Wants(Of("comment")), filter.Wants(Of("rates"))));
    }

    [Theory]
    [InlineData("article,weather", null)]
    [InlineData(null, "english")]
    [InlineData(null, "EN")]
    [InlineData(null, "")]
    public void An_unknown_topic_or_invalid_language_is_malformed(string? topics, string? lang) =>
        Assert.Throws<Malformed>(() => LiveFilter.Of(topics, lang));

    [Fact]
    public void A_client_that_does_not_keep_up_misses_frames_until_it_rejoins_and_its_buffer_stays_bounded()
    {
        var aborts = 0;
        var client = new LiveClient(1, "192.0.2.1", 0, LiveFilter.Of(null, null), buffer: 3, () => aborts++);
        for (var id = 1; id <= 3; id++) Assert.True(client.Offer(new Frame(id, default)));
        Assert.False(client.Rejoin(3));
        for (var id = 4; id <= 6; id++) Assert.False(client.Offer(new Frame(id, default)));
        Assert.Equal((0, 3), (aborts, client.Frames.Count));

        Assert.True(client.Frames.TryRead(out _));
        Assert.False(client.Offer(new Frame(7, default)), "frames 4 to 6 are missing, so 7 must not be sent before them");
        Assert.True(client.Rejoin(7));
        Assert.Equal(7, client.JoinedAt);
        Assert.True(client.Offer(new Frame(8, default)));
        Assert.Equal((0, 3), (aborts, client.Frames.Count));
    }

    [Fact]
    public void A_client_is_disconnected_once_it_is_behind_and_accepts_nothing()
    {
        var aborts = 0;
        var client = new LiveClient(1, "192.0.2.1", 0, LiveFilter.Of(null, null), buffer: 1, () => aborts++);
        Assert.True(client.Offer(new Frame(1, default)));
        Assert.False(client.DisconnectIfStalled());
        Assert.False(client.DisconnectIfStalled()); // it has received everything so far
        Assert.False(client.Offer(new Frame(2, default)));
        client.Advance();
        Assert.False(client.DisconnectIfStalled());
        Assert.Equal(0, aborts);
        Assert.True(client.DisconnectIfStalled());
        Assert.Equal(1, aborts);
    }
}
