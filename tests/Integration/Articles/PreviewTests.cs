using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Integration.Articles;

public class PreviewTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Theory]
    [InlineData("html", "<p onclick=x>Said<script>alert(1)</script></p>")]
    [InlineData("markdown", "**Said**\n\n<script>alert(1)</script>")]
    public async Task A_preview_is_the_html_that_would_be_stored(string format, string body)
    {
        using var answer = await desk.Post("/api/articles/preview", new { body, format });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var preview = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var id = await desk.Drafted(Newsroom.Body(new { en = Newsroom.Text(body: body, format: format) }));
        var stored = (await desk.Get($"/api/articles/{id}/draft", desk.Editor))
            .GetProperty("draft")
            .GetProperty("texts")
            .GetProperty("en")
            .GetProperty("bodyHtml")
            .GetString();

        Assert.Equal(stored, preview.GetProperty("bodyHtml").GetString());
        Assert.Contains("Said", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("script", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_body_is_rejected_and_readers_cannot_preview()
    {
        using var zero = await desk.Post("/api/articles/preview", new { body = "a\0b" });
        using var unknown = await desk.Post("/api/articles/preview", new { body = "a", format = "rtf" });
        using var @long = await desk.Post("/api/articles/preview", new { body = new string('a', 200_001) });
        using var deep = await desk.Post("/api/articles/preview", new { body = string.Concat(Enumerable.Repeat("<b>", 300)) });
        using var literal = await desk.Post(
            "/api/articles/preview",
            new { body = string.Concat(Enumerable.Repeat("> ", 200)), format = "markdown" });
        using var reader = await desk.Reader.PostAsJsonAsync(
            "/api/articles/preview", new { body = "a" }, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (deep.StatusCode, literal.StatusCode));
        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized),
            (zero.StatusCode, unknown.StatusCode, @long.StatusCode, reader.StatusCode));
    }
}
