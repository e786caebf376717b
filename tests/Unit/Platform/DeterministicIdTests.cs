using System.Xml.Linq;
using Feedback.Typos;
using Xunit;
using ContentKey = global::Portal.Reader.ContentKey;
using WordPress = global::Articles.Exchange;

namespace Unit.Platform;

/// <summary>
/// Ids that are derived from other data. The same data must give the same id in every release, because the ids are stored and are derived
/// again when a request or an import is repeated.
/// </summary>
public class DeterministicIdTests
{
    private static readonly Guid
        One = new("01890f3e-7a4b-7c21-9d5e-0123456789ab"), Other = new("01890f3e-7a4b-7c21-9d5e-ba9876543210");

    [Fact]
    public void The_streams_of_a_visitor_keep_their_names()
    {
        Assert.Equal("vote-03290e6f-ee00-808d-9bc3-f336b4a6b4a8", global::Comments.Streams.Vote(One, Other));
        Assert.Equal("flag-03290e6f-ee00-808d-9bc3-f336b4a6b4a8", global::Comments.Streams.Flag(One, Other));
    }

    [Fact]
    public void A_reported_location_keeps_its_id() =>
        Assert.Equal(
            new Guid("73aaedec-d3e6-8c70-a4b7-4a7f5ee98374"), TypoReport.IdOf(One, 3, new Spot("en", Part.Body, 10, 5)));

    [Fact]
    public void An_imported_comment_keeps_its_id() =>
        Assert.Equal(
            new Guid("1ff9eb24-5f35-899a-9a4b-5467af90f8cc"), global::Comments.Exchange.ExchangedComment.IdOf("disqus", "123"));

    [Fact]
    public void An_imported_article_keeps_its_id()
    {
        XNamespace encoded = "http://purl.org/rss/1.0/modules/content/";
        var item = new XElement(
            "item",
            new XElement("guid", "1"),
            new XElement("title", "Title"),
            new XElement("status", "publish"),
            new XElement("post_type", "post"),
            new XElement("post_id", "1"),
            new XElement("post_date_gmt", "2014-03-05 07:00:00"),
            new XElement(encoded + "encoded", "Text"));
        var (article, _) = WordPress.WordPressItem.Read(item, "news", "en", new(), global::Unit.Articles.A.Later);
        Assert.Equal(new Guid("3e0b8ba5-d62f-8124-84e3-10e33ce8290d"), article.Id);
    }

    [Fact]
    public void The_same_form_keeps_its_idempotency_key() =>
        Assert.Equal(new Guid("56bb430b-2410-85e5-a196-1fbc19aceb91"), ContentKey.Of("a", null, "b"));
}
