using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kit;
using Platform.Contracts.Articles;
using Platform.Contracts.Feedback;
using Xunit;

namespace EndToEnd;

/// <summary>
/// Typo reports from the reader to the corrected article and the closed report, and messages with their answers, through the gateway.
/// </summary>
public class FeedbackLoopTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    private const string
        Body = "<p>Сначала саммитт, потом ещё один са<em>мми</em>тт.</p>",
        Corrected = "<p>Сначала саммитт, потом ещё один са<em>мми</em>т.</p>";

    [Fact]
    public async Task A_typo_report_is_accepted_corrected_and_closed_and_a_replay_changes_nothing()
    {
        using var editor = await Platform.SignedIn("editor");
        await using var bus = await Platform.Bus();
        var article = await Publish(editor);
        Assert.Equal(Body, (await Platform.Reader.Read($"/api/articles/{article}?lang=ru"))["bodyHtml"]!.GetValue<string>());

        var report = await Report(article, "саммитт", "потом ещё один ", ".");
        var item = Assert.Single((await editor.Read($"/api/feedback/typos?article={article}"))["items"]!.AsArray())!;
        Assert.Equal(
            ("Сначала саммитт, потом ещё один ", "саммитт", "."),
            (item["before"]!.GetValue<string>(), item["selection"]!.GetValue<string>(), item["after"]!.GetValue<string>()));
        await Accept(editor, report, "саммит", item["version"]!.GetValue<long>());
        await WaitUntilClosed(editor, report);
        var page = await Platform.Reader.Read($"/api/articles/{article}?lang=ru");
        Assert.Equal((Corrected, 3), (page["bodyHtml"]!.GetValue<string>(), page["version"]!.GetValue<long>()));
        Assert.Equal("Исправлена опечатка.", Assert.Single(page["corrections"]!.AsArray())!["note"]!.GetValue<string>());

        object[] messages =
        [
            await bus.WaitFor<TypoReportAccepted>(e => e.ReportId == report, "TypoReportAccepted is published"),
            await bus.WaitFor<ArticleRevised>(e => e.ArticleId == article, "ArticleRevised is published"),
            await bus.WaitFor<TypoReportClosed>(e => e.ReportId == report, "TypoReportClosed is published"),
        ];
        for (var replay = 0; replay < 2; replay++)
            foreach (var message in messages)
                await bus.Publish(message, (Guid)message.GetType().GetProperty("EventId")!.GetValue(message)!);

        // Another correction of the same article, after the replay, creates version 4. So the replay created no version.
        var other = await Report(article, "саммитт", "Сначала ", ",");
        await Accept(editor, other, "саммит", 1);
        await WaitUntilClosed(editor, other);
        page = await Platform.Reader.Read($"/api/articles/{article}?lang=ru");
        Assert.Equal((4, 2), (page["version"]!.GetValue<long>(), page["corrections"]!.AsArray().Count));
        Assert.Equal(3, (await editor.Read($"/api/feedback/typos/{report}"))["version"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_accepted_report_waits_while_the_articles_service_is_down()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await Publish(editor);
        var report = await Report(article, "саммитт", "Сначала ", ",");
        await Platform.Script("stop", "articles-1");
        await Accept(editor, report, "саммит", 1);
        Assert.Equal("accepted", (await editor.Read($"/api/feedback/typos/{report}"))["status"]!.GetValue<string>());
        var later = await Report(article, "саммитт", "потом ещё один ", ".");

        await Platform.Script("start", "articles-1");
        await WaitUntilClosed(editor, report);
        Assert.Equal("open", (await editor.Read($"/api/feedback/typos/{later}"))["status"]!.GetValue<string>());
        await Eventually.IsTrue(
            async () => (await Platform.Reader.Read($"/api/articles/{article}?lang=ru"))["version"]!.GetValue<long>() == 3,
            "the article is corrected",
            Patience);
    }

    [Fact]
    public async Task A_report_is_closed_automatically_if_an_editor_has_changed_the_reported_text()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await Publish(editor);
        var report = await Report(article, "саммитт", "Сначала ", ",");
        // The feedback service is down while the article changes; the event waits in its queue.
        await Platform.Script("stop", "feedback-1");
        (await Put(editor, article, "<p>Совсем другой текст.</p>")).EnsureSuccessStatusCode();
        (await editor.Publish(article)).EnsureSuccessStatusCode();
        await Platform.Script("start", "feedback-1");
        await Eventually.IsTrue(
            async () => (await editor.Read($"/api/feedback/typos/{report}"))["status"]!.GetValue<string>() == "closed",
            "the report is closed automatically",
            Patience);
        Assert.Equal("textGone", (await editor.Read($"/api/feedback/typos/{report}"))["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task No_correction_is_made_in_text_that_an_editor_has_changed_in_the_meantime()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await Publish(editor);
        var report = await Report(article, "саммитт", "Сначала ", ",");
        // Without the broker, neither service receives the events of the other.
        await Platform.Script("stop", "rabbitmq");
        (await Put(editor, article, "<p>Сначала встреча, потом ужин.</p>")).EnsureSuccessStatusCode();
        (await editor.Publish(article)).EnsureSuccessStatusCode();
        await Accept(editor, report, "саммит", 1);
        await Platform.Script("start", "rabbitmq");

        await Eventually.IsTrue(
            async () => (await editor.Read($"/api/feedback/typos/{report}"))["outcome"]?.GetValue<string>() == "textGone",
            "the report is closed automatically",
            Patience);
        var other = await Report(article, "ужин", "потом ", ".");
        await Accept(editor, other, "обед", 1);
        await WaitUntilClosed(editor, other);
        var page = await Platform.Reader.Read($"/api/articles/{article}?lang=ru");
        Assert.Equal("<p>Сначала встреча, потом обед.</p>", page["bodyHtml"]!.GetValue<string>());
        Assert.Single(page["corrections"]!.AsArray());
        Assert.DoesNotContain(await Platform.DeadLetters(), queue => queue.Value > 0);
    }

    [Fact]
    public async Task A_message_is_answered_with_one_email_even_after_a_crash()
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
            "the e-mail is sent",
            Patience);
        Assert.Equal(HttpStatusCode.NoContent, await Answer());
        // Three events: received, answered, sent.
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

    private static async Task<Guid> Publish(HttpClient editor)
    {
        var article = Guid.CreateVersion7();
        (await Put(editor, article, Body)).EnsureSuccessStatusCode();
        (await editor.Publish(article)).EnsureSuccessStatusCode();
        return article;
    }

    /// <summary>Reports a typo as the page of an article does. Retries until the feedback service knows the article.</summary>
    private async Task<Guid> Report(Guid article, string selection, string before, string after) =>
        Guid.Parse(await Eventually.Get(async () =>
        {
            var answer = await Platform.Reader.PostAsJsonAsync(
                "/api/feedback/typos", new { articleId = article, selection, before, after, lang = "ru" }, Cancelled);
            if (answer.StatusCode == HttpStatusCode.NotFound) return null;
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!["ticket"]!.GetValue<string>();
        }, "the report is accepted", Patience));

    private static async Task Accept(HttpClient editor, Guid report, string replacement, long version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/feedback/typos/{report}/accept")
        {
            Content = JsonContent.Create(new { replacement }),
            Headers = { { "If-Match", $"\"{version}\"" } },
        };
        var answer = await editor.SendAsync(request, Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private static Task WaitUntilClosed(HttpClient editor, Guid report) => Eventually.IsTrue(
        async () =>
            await editor.Read($"/api/feedback/typos/{report}") is var item
            && (item["status"]!.GetValue<string>(), item["outcome"]?.GetValue<string>()) == ("closed", "corrected"),
        "the report is closed",
        Patience);
}
