using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Console.Editing;
using Xunit;

namespace Unit.Portal;

public class ArticleFormTests
{
    private static readonly DraftContent Draft = new("news", ["icrc", "summit"], new DateOnly(2017, 6, 13), "Ann", null,
        new Dictionary<string, DraftText>
        {
            ["en"] = new("Title", "Lead", "title", "<p>Body</p>"),
            ["ru"] = new("Заголовок", "", "zagolovok", "<p>Да</p>", "Да"),
        },
        new DraftCover("https://example.org/a.png", new Dictionary<string, string> { ["en"] = "A hall" }),
        [Guid.Parse("0196a000-0000-7000-8000-000000000102")]);

    [Fact]
    public void The_request_contains_the_content_of_the_draft()
    {
        var sent = Sent(ArticleForm.Of(Draft));

        Assert.Equal(
            """{"title":"Title","body":"<p>Body</p>","lead":"Lead","slug":"title","format":"html"}""",
            sent["translations"]!["en"]!.ToJsonString(Relaxed));
        Assert.Equal(
            """{"title":"Заголовок","body":"Да","lead":"","slug":"zagolovok","format":"markdown"}""",
            sent["translations"]!["ru"]!.ToJsonString(Relaxed));
        Assert.Equal("""["icrc","summit"]""", sent["tags"]!.ToJsonString());
        Assert.Equal(
            ("2017-06-13", "Ann", "https://example.org/a.png", "A hall"),
            ((string?)sent["occurredOn"], (string?)sent["author"], (string?)sent["cover"]!["url"], (string?)sent["cover"]!["alt"]!["en"]));
        Assert.Equal("0196a000-0000-7000-8000-000000000102", (string?)sent["related"]![0]);
    }

    [Fact]
    public void Blank_fields_are_not_sent()
    {
        var form = ArticleForm.Of(Draft);
        (form.Author, form.CoverUrl) = (" ", "");
        form.Related.Clear();
        form.Texts["ru"].Title = form.Texts["ru"].Body = form.Texts["ru"].Slug = " ";
        form.Texts["zh"].Title = "标题";
        var sent = Sent(form);

        Assert.Null(sent["author"]);
        Assert.Null(sent["cover"]);
        Assert.Null(sent["related"]);
        Assert.Equal(["en", "zh"], sent["translations"]!.AsObject().Select(t => t.Key));
        Assert.Null(sent["translations"]!["zh"]!["slug"]);
    }

    [Fact]
    public void Tags_are_separated_by_spaces_or_commas()
    {
        var form = new ArticleForm { Tags = " icrc, summit  astana" };
        Assert.Equal("""["icrc","summit","astana"]""", Sent(form)["tags"]!.ToJsonString());
    }

    [Fact]
    public void A_field_is_read_and_written_by_its_name_in_the_page()
    {
        var (form, copy) = (ArticleForm.Of(Draft), new ArticleForm());
        string[] facts = ["section", "tags", "occurredOn", "author", "source", "coverUrl"];
        string[] texts = ["title", "lead", "slug", "body", "format", "alt"];
        foreach (var field in facts.Concat(form.Texts.Keys.SelectMany(lang => texts.Select(t => $"{lang}.{t}"))))
            copy[field] = form[field] ?? throw new InvalidOperationException(field);
        copy.Related.AddRange(form.Related);

        Assert.Equal(form.Serialized, copy.Serialized);
        copy["nothing"] = copy["en.nothing"] = copy["de.title"] = "x";
        Assert.Equal((null, null, null), (copy["nothing"], copy["en.nothing"], copy["de.title"]));
        Assert.Equal(form.Serialized, copy.Serialized);
    }

    private static readonly JsonSerializerOptions Relaxed = global::Platform.Web.Json.Http;

    private static JsonObject Sent(ArticleForm form) => JsonSerializer.SerializeToNode(form.Request(), Relaxed)!.AsObject();
}
