using Kit;
using Platform.Contracts.Articles;
using Platform.Contracts.Feedback;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

public class TypoCorrectionTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private static TypoReportAccepted Accepted(
        Guid article,
        string before,
        string selection,
        string replacement,
        Guid? report = null,
        long acceptance = 2) =>
        new(
            Some.Id(), $"typo-{report}", acceptance, Some.Noon, report ?? Some.Id(), article, 2, "en", "body", before, selection, "",
            replacement, "A typing error was corrected.");

    [Fact]
    public async Task An_accepted_report_is_carried_out_once_even_if_it_is_delivered_repeatedly()
    {
        var article = await desk.Published(Body(English(body: "<p>one cat, two c<em>a</em>t</p>")));
        var message = Accepted(article, "two ", "cat", "cats");
        await desk.PublishAndWait(message, message);
        var page = await desk.Get($"/api/articles/{article}");
        Assert.Equal("<p>one cat, two c<em>a</em>ts</p>", page.GetProperty("bodyHtml").GetString());
        Assert.Equal(
            "A typing error was corrected.",
            Assert.Single(page.GetProperty("corrections").EnumerateArray()).GetProperty("note").GetString());
        Assert.Equal(3, page.GetProperty("version").GetInt64());
        var revised = await desk.Bus.WaitFor<ArticleRevised>(e => e.ArticleId == article, "the correction is announced");
        Assert.Equal(message.ReportId, revised.TypoReportId);

        await desk.Put(article, Body(English(body: "<p>one cat, two cat</p>")));
        await Ok(desk.Post($"/api/articles/{article}/publish"));
        await desk.PublishAndWait(message);
        Assert.Equal("<p>one cat, two cat</p>", (await desk.Get($"/api/articles/{article}")).GetProperty("bodyHtml").GetString());
    }

    [Fact]
    public async Task A_report_whose_location_no_longer_exists_is_refused_once_and_stays_refused()
    {
        var article = await desk.Published(Body(English(body: "<p>one dog</p>")));
        var message = Accepted(article, "one ", "cat", "cats");
        await desk.PublishAndWait(message, message);
        var refused = await desk.Bus.WaitFor<TypoCorrectionRefused>(e => e.ReportId == message.ReportId, "the refusal is announced");
        Assert.Equal((article, 2), (refused.ArticleId, refused.Acceptance));
        Assert.Contains("does not contain these words", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(2, (await desk.Get($"/api/articles/{article}")).GetProperty("version").GetInt64());

        await desk.Put(article, Body(English(body: "<p>one cat</p>")));
        await Ok(desk.Post($"/api/articles/{article}/publish"));
        await desk.PublishAndWait(message);
        Assert.Equal("<p>one cat</p>", (await desk.Get($"/api/articles/{article}")).GetProperty("bodyHtml").GetString());
        Assert.Equal(1, await desk.Servers.Query<long>($"select version from articles.mt_streams where id = 'typo-{message.ReportId}'"));
        await desk.PublishAndWait(message with { StreamVersion = 5, EventId = Some.Id() });
        Assert.Equal("<p>one cats</p>", (await desk.Get($"/api/articles/{article}")).GetProperty("bodyHtml").GetString());
    }

    [Fact]
    public async Task A_report_on_an_unpublished_article_is_refused()
    {
        var message = Accepted(await desk.Drafted(), "", "Body", "Text");
        var unknown = Accepted(Some.Id(), "", "Body", "Text");
        await desk.PublishAndWait(message, unknown);
        foreach (var m in new[] { message, unknown })
            await desk.Bus.WaitFor<TypoCorrectionRefused>(e => e.ReportId == m.ReportId, "the refusal is announced");
    }
}
