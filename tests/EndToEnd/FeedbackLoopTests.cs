using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kit;
using Platform.Contracts.Articles;
using Platform.Contracts.Feedback;
using Xunit;

namespace EndToEnd;

/// <summary>
/// From a reader's "there is a typo" to the corrected article, and back to the closed report; by events, through the gateway.
/// </summary>
public class FeedbackLoopTests(RunningPlatform platform) : BreakingTests(platform)
{
    private const string
        Body = "<p>Сначала саммитт, потом ещё один са<em>мми</em>тт.</p>",
        Corrected = "<p>Сначала саммитт, потом ещё один са<em>мми</em>т.</p>";

    [Fact]
    public async Task A_typo_is_reported_accepted_corrected_and_closed_and_a_replay_changes_nothing()
    {
        using var editor = await Platform.SignedIn("editor");
        await using var bus = await Platform.Bus();
        var article = await Published(editor);
        Assert.Equal(Body, (await Platform.Reader.Read($"/api/articles/{article}?lang=ru"))["bodyHtml"]!.GetValue<string>());

        var report = await Reported(article, "саммитт", "потом ещё один ", ".");
        var item = Assert.Single((await editor.Read($"/api/feedback/typos?article={article}"))["items"]!.AsArray())!;
        Assert.Equal(
            ("Сначала саммитт, потом ещё один ", "саммитт", "."),
            (item["before"]!.GetValue<string>(), item["selection"]!.GetValue<string>(), item["after"]!.GetValue<string>()));
        await Accepted(editor, report, "саммит", item["version"]!.GetValue<long>());
        await IsClosed(editor, report);
        var page = await Platform.Reader.Read($"/api/articles/{article}?lang=ru");
        Assert.Equal((Corrected, 3), (page["bodyHtml"]!.GetValue<string>(), page["version"]!.GetValue<long>()));
        Assert.Equal("Исправлена опечатка.", Assert.Single(page["corrections"]!.AsArray())!["note"]!.GetValue<string>());

        object[] messages = [await bus.Hears<TypoReportAccepted>(
            e => e.ReportId == report, "the acceptance"), await bus.Hears<ArticleRevised>(e => e.ArticleId == article, "the revision"),
            await bus.Hears<TypoReportClosed>(e => e.ReportId == report, "the end")];
        for (var replay = 0; replay < 2; replay++)
            foreach (var message in messages)
                await bus.Publish(message, (Guid)message.GetType().GetProperty("EventId")!.GetValue(message)!);

        // Another correction of the same article comes after the replay, and is version 4: the replay made none.
        var other = await Reported(article, "саммитт", "Сначала ", ",");
        await Accepted(editor, other, "саммит", 1);
        await IsClosed(editor, other);
        page = await Platform.Reader.Read($"/api/articles/{article}?lang=ru");
        Assert.Equal((4, 2), (page["version"]!.GetValue<long>(), page["corrections"]!.AsArray().Count));
        Assert.Equal(3, (await editor.Read($"/api/feedback/typos/{report}"))["version"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_acceptance_waits_for_an_articles_service_that_is_down()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await Published(editor);
        var report = await Reported(article, "саммитт", "Сначала ", ",");
        await Platform.Script("stop", "articles-1");
        await Accepted(editor, report, "саммит", 1);
        Assert.Equal("accepted", (await editor.Read($"/api/feedback/typos/{report}"))["status"]!.GetValue<string>());
        var later = await Reported(article, "саммитт", "потом ещё один ", ".");

        await Platform.Script("start", "articles-1");
        await IsClosed(editor, report);
        Assert.Equal("open", (await editor.Read($"/api/feedback/typos/{later}"))["status"]!.GetValue<string>());
        await Eventually.IsTrue(
            async () => (await Platform.Reader.Read($"/api/articles/{article}?lang=ru"))["version"]!.GetValue<long>() == 3,
            "the article is corrected",
            Patience);
    }

    [Fact]
    public async Task A_report_whose_words_an_editor_changed_meanwhile_closes_itself()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await Published(editor);
        var report = await Reported(article, "саммитт", "Сначала ", ",");
        // It was down while the article changed: the news waits for it.
        await Platform.Script("stop", "feedback-1");
        (await Put(editor, article, "<p>Совсем другой текст.</p>")).EnsureSuccessStatusCode();
        (await editor.Publish(article)).EnsureSuccessStatusCode();
        await Platform.Script("start", "feedback-1");
        await Eventually.IsTrue(
            async () => (await editor.Read($"/api/feedback/typos/{report}"))["status"]!.GetValue<string>() == "closed",
            "the report closes itself",
            Patience);
        Assert.Equal("textGone", (await editor.Read($"/api/feedback/typos/{report}"))["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_correction_of_what_an_editor_changed_meanwhile_is_not_made()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await Published(editor);
        var report = await Reported(article, "саммитт", "Сначала ", ",");
        // Without a broker neither service hears of what is done in the other.
        await Platform.Script("stop", "rabbitmq");
        (await Put(editor, article, "<p>Сначала встреча, потом ужин.</p>")).EnsureSuccessStatusCode();
        (await editor.Publish(article)).EnsureSuccessStatusCode();
        await Accepted(editor, report, "саммит", 1);
        await Platform.Script("start", "rabbitmq");

        await Eventually.IsTrue(
            async () => (await editor.Read($"/api/feedback/typos/{report}"))["outcome"]?.GetValue<string>() == "textGone",
            "the report closes itself",
            Patience);
        var other = await Reported(article, "ужин", "потом ", ".");
        await Accepted(editor, other, "обед", 1);
        await IsClosed(editor, other);
        var page = await Platform.Reader.Read($"/api/articles/{article}?lang=ru");
        Assert.Equal("<p>Сначала встреча, потом обед.</p>", page["bodyHtml"]!.GetValue<string>());
        Assert.Single(page["corrections"]!.AsArray());
        Assert.DoesNotContain(await Platform.DeadLetters(), queue => queue.Value > 0);
    }

    [Fact]
    public async Task A_message_is_answered_by_one_letter_also_after_a_crash()
    {
        using var editor = await Platform.SignedIn("editor");
        var (ticket, answer) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var address = $"anna-{ticket:N}@example.org";
        using (var message = new HttpRequestMessage(HttpMethod.Post, "/api/feedback/messages")
        {
            Content = JsonContent.Create(
                new { topic = "general", name = "Анна", email = address, text = "Вопрос", consent = true, lang = "ru" }),
            Headers = { { "Idempotency-Key", $"{ticket}" } },
        })
            Assert.Equal(HttpStatusCode.Accepted, (await Platform.Reader.SendAsync(message, Cancelled)).StatusCode);
        async Task<HttpStatusCode> Answer()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/feedback/messages/{ticket}/answer")
            {
                Content = JsonContent.Create(new { text = "Ответ" }),
                Headers = { { "Idempotency-Key", $"{answer}" }, { "If-Match", "*" } },
            };
            return (await editor.SendAsync(request, Cancelled)).StatusCode;
        }
        Assert.Equal(HttpStatusCode.NoContent, await Answer());
        RunningPlatform.Kill(await Platform.Status("feedback-1"));
        await Platform.Heal();
        await Eventually.IsTrue(
            async () => (await editor.Read($"/api/feedback/messages/{ticket}"))["answers"]![0]!["delivery"]!.GetValue<string>() == "sent",
            "the letter is sent",
            Patience);
        Assert.Equal(HttpStatusCode.NoContent, await Answer());
        // Received, answered, sent: once each.
        Assert.Equal("\"3\"", (await editor.GetAsync($"/api/feedback/messages/{ticket}", Cancelled)).Headers.ETag!.Tag);
        Assert.Single(Directory.GetFiles(Platform.MailFolder), f => File.ReadAllText(f).Contains(address, StringComparison.Ordinal));
        Assert.DoesNotContain(Platform.LogFiles(), file => File.ReadAllText(file).Contains(address, StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> Put(HttpClient editor, Guid article, string body) =>
        editor.SendAsync(new HttpRequestMessage(HttpMethod.Put, $"/api/articles/{article}")
        {
            Content = JsonContent.Create(
                new { section = "news", translations = new { ru = new { title = "Саммит", slug = $"a-{article}", body } } }),
            Headers = { { "If-Match", "*" } },
        }, Cancelled);

    private static async Task<Guid> Published(HttpClient editor)
    {
        var article = Guid.CreateVersion7();
        (await Put(editor, article, Body)).EnsureSuccessStatusCode();
        (await editor.Publish(article)).EnsureSuccessStatusCode();
        return article;
    }

    /// <summary>Reported as a reader's page would, again until the service has heard of the article.</summary>
    private async Task<Guid> Reported(Guid article, string selection, string before, string after) =>
        Guid.Parse(await Eventually.Get(async () =>
        {
            var answer = await Platform.Reader.PostAsJsonAsync(
                "/api/feedback/typos", new { articleId = article, selection, before, after, lang = "ru" }, Cancelled);
            if (answer.StatusCode == HttpStatusCode.NotFound) return null;
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!["ticket"]!.GetValue<string>();
        }, "the report is taken", Patience));

    private static async Task Accepted(HttpClient editor, Guid report, string replacement, long version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/feedback/typos/{report}/accept")
        {
            Content = JsonContent.Create(new { replacement }),
            Headers = { { "If-Match", $"\"{version}\"" } },
        };
        var answer = await editor.SendAsync(request, Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private static Task IsClosed(HttpClient editor, Guid report) => Eventually.IsTrue(
        async () =>
            await editor.Read($"/api/feedback/typos/{report}") is var item
            && (item["status"]!.GetValue<string>(), item["outcome"]?.GetValue<string>()) == ("closed", "corrected"),
        "the report is closed",
        Patience);
}
