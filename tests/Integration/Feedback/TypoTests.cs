using System.Net;
using System.Text.Json;
using Feedback;
using Feedback.Typos;
using Kit;
using Platform.Contracts.Articles;
using Platform.Contracts.Feedback;
using Xunit;

namespace Integration.Feedback;

[Collection<FeedbackService>]
public sealed class TypoTests(FeedbackService service) : IDisposable
{
    private readonly TypoWorkflow _typos = new(service);

    [Fact]
    public async Task A_report_is_listed_accepted_and_closed_by_the_revision_that_corrects_it()
    {
        var article = await _typos.PublishArticle("<p>The first su<em>mi</em>t, the second sumit.</p>");
        var report = await _typos.Report(article, "sumit", "second ", ".", comment: "Two m.");
        var other = await _typos.Report(article, "second sumit.", "the ");

        var item = Assert.Single(
            await _typos.Editor.Walk<TypoItem>($"/api/feedback/typos?status=open&article={article}"), i => i.Id == report);
        Assert.Equal(
            ("The first sumit, the second ", "sumit", ".", 1, TypoStatus.Open, "en", Part.Body, "Title"),
            (item.Before, item.Selection, item.After, item.Reports, item.Status, item.Lang, item.Part, item.Title));
        Assert.Equal("Two m.", Assert.Single(item.Reporters).Comment);

        var accepted = await _typos.Accept(report, "summit", $"\"{item.Version}\"");
        Assert.Equal(
            (article, 2, "body", "sumit", "summit", "A typing error was corrected."),
            (accepted.ArticleId, accepted.ArticleVersion, accepted.Part, accepted.Selection, accepted.Replacement, accepted.Note));
        var revised = TypoWorkflow.Revised(article, 3, "<p>The first su<em>mi</em>t, the second summit.</p>", report);
        await service.PublishAndWait(revised, revised);

        Assert.Equal((TypoStatus.Closed, TypoOutcome.Corrected), ((await _typos.Item(report)).Status, (await _typos.Item(report)).Outcome));
        Assert.Equal((TypoStatus.Closed, TypoOutcome.Corrected), ((await _typos.Item(other)).Status, (await _typos.Item(other)).Outcome));
        var closed = await service.Bus.WaitFor<TypoReportClosed>(e => e.ReportId == report, "the closing is published");
        Assert.Equal(("corrected", 3), (closed.Outcome, closed.ArticleVersion));
        Assert.Equal(3, await service.Servers.Query<long>($"select version from feedback.mt_streams where id = 'typo-{report}'"));
    }

    [Fact]
    public async Task Reports_of_one_location_in_any_version_share_one_ticket()
    {
        var article = await _typos.PublishArticle("<p>The sumit of all</p>");
        var tickets = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _typos.Send(article, "sumit"))))
            .Select(a => a.Is(HttpStatusCode.Accepted).As<TypoReceipt>().Ticket)
            .Distinct()
            .ToArray();
        await service.PublishAndWait(TypoWorkflow.Revised(article, 4, "<p>Again: the sumit of all</p>"));
        Assert.Equal(Assert.Single(tickets), await _typos.Report(article, "sumit"));
        Assert.Equal(tickets[0], (await _typos.Send(article, " sumit ", articleVersion: 2)).As<TypoReceipt>().Ticket);
        Assert.Equal(10, (await _typos.Item(tickets[0])).Reports);

        var key = $"{Some.Id()}";
        for (var i = 0; i < 2; i++) (await _typos.Send(article, "sumit", key: key)).Is(HttpStatusCode.Accepted);
        Assert.Equal(11, (await _typos.Item(tickets[0])).Reports);
    }

    [Fact]
    public async Task Two_occurrences_of_a_word_are_two_locations()
    {
        var article = await _typos.PublishArticle("<p>one cat, two cat</p>");
        Assert.NotEqual(await _typos.Report(article, "cat", "one "), await _typos.Report(article, "cat", "two "));
        (await _typos.Send(article, "cat")).IsProblem(422, "more than once");
    }

    [Fact]
    public async Task If_editors_accept_a_report_concurrently_one_of_them_succeeds()
    {
        var article = await _typos.PublishArticle("<p>The sumit</p>");
        var report = await _typos.Report(article, "sumit");
        (await _typos.Editor.Send($"POST /api/feedback/typos/{report}/accept", new { replacement = "summit" })).IsProblem(428, "If-Match");
        var answers = await Task.WhenAll(new[] { "summit", "peak", "meeting", "top" }.Select(replacement =>
            _typos.Editor.Send($"POST /api/feedback/typos/{report}/accept", new { replacement }, ifMatch: "\"1\"")));
        Assert.Single(answers, a => a.Status == HttpStatusCode.NoContent);
        Assert.All(
            answers.Where(a => a.Status != HttpStatusCode.NoContent), a => a.IsProblem(a.Status == HttpStatusCode.Conflict ? 409 : 412));
        Assert.Equal(2, (await _typos.Item(report)).Version);
        (await _typos.Editor.Send($"POST /api/feedback/typos/{report}/reject", new { reason = "No." }, ifMatch: "\"2\""))
            .IsProblem(409, "accepted");
    }

    [Fact]
    public async Task A_correction_that_cannot_be_made_reopens_the_report_as_a_conflict_once()
    {
        var article = await _typos.PublishArticle("<p>The sumit</p>");
        var report = await _typos.Report(article, "sumit");
        var accepted = await _typos.Accept(report, "summit");
        var refused = new TypoCorrectionRefused(
            Some.Id(),
            $"typo-{report}",
            1,
            Some.Noon,
            report,
            article,
            accepted.StreamVersion,
            "There is no such place.");
        await service.PublishAndWait(refused, refused);
        var item = await _typos.Item(report);
        Assert.Equal((TypoStatus.Open, "There is no such place.", 3), (item.Status, item.Conflict, item.Version));
        Assert.Contains(await _typos.Editor.Walk<TypoItem>($"/api/feedback/typos?article={article}"), i => i.Id == report);

        await _typos.Accept(report, "summit");
        await service.PublishAndWait(refused);
        Assert.Equal(TypoStatus.Accepted, (await _typos.Item(report)).Status);
    }

    [Fact]
    public async Task A_report_is_closed_by_any_revision_that_removes_its_text()
    {
        var article = await _typos.PublishArticle("<p>The sumit of all. Another sumit.</p>");
        var (gone, stays) = (await _typos.Report(article, "sumit", "The "), await _typos.Report(article, "sumit", "Another "));
        await service.PublishAndWait(TypoWorkflow.Revised(article, 5, "<p>Another sumit.</p>"));
        Assert.Equal(TypoOutcome.TextGone, (await _typos.Item(gone)).Outcome);
        Assert.Equal(TypoStatus.Open, (await _typos.Item(stays)).Status);
        Assert.Equal(
            TypoStatus.Closed,
            (await _typos.Send(article, "sumit", "The ", articleVersion: 2)).Is(HttpStatusCode.Accepted).As<TypoReceipt>().Status);

        await service.PublishAndWait(new ArticleRetracted(Some.Id(), $"article-{article}", 6, Some.Noon, article, "Wrong."));
        Assert.Equal(TypoOutcome.Retracted, (await _typos.Item(stays)).Outcome);
        (await _typos.Send(article, "sumit")).IsProblem(409, "retracted");
    }

    [Fact]
    public async Task A_report_can_be_rejected_with_a_reason_and_reopened()
    {
        var article = await _typos.PublishArticle("<p>The sumit</p>");
        var report = await _typos.Report(article, "sumit");
        (await _typos.Editor.Send($"POST /api/feedback/typos/{report}/reject", new { reason = " " }, ifMatch: "*"))
            .IsProblem(400, "reason");
        for (var i = 0; i < 2; i++)
            (await _typos.Editor.Send($"POST /api/feedback/typos/{report}/reject", new { reason = "A name." }, ifMatch: "*"))
                .Is(HttpStatusCode.NoContent);
        Assert.Equal(
            (TypoStatus.Rejected, "A name.", 2),
            ((await _typos.Item(report)).Status, (await _typos.Item(report)).Reason, (await _typos.Item(report)).Version));
        (await _typos.Editor.Send($"POST /api/feedback/typos/{report}/accept", new { replacement = "summit" }, ifMatch: "*"))
            .IsProblem(409, "Reopen");
        (await _typos.Editor.Send($"POST /api/feedback/typos/{report}/reopen", ifMatch: "\"1\"")).IsProblem(412);
        (await _typos.Editor.Send($"POST /api/feedback/typos/{report}/reopen", ifMatch: "\"2\"")).Is(HttpStatusCode.NoContent);
        Assert.Equal(TypoStatus.Open, (await _typos.Item(report)).Status);
    }

    [Theory]
    [InlineData("ru", "Выделенный текст слишком длинный.")]
    [InlineData("en", "The selected text is too long.")]
    [InlineData("zh", "所选文字过长。")]
    public async Task A_selection_that_is_too_long_is_rejected_in_the_readers_language_with_the_limit(string lang, string message)
    {
        var article = await _typos.PublishArticle($"<p>{string.Concat(Enumerable.Repeat("\U0001F600", 300))}</p>");
        Task<Kit.Answer> Sent(int count) =>
            _typos.Reader.Send(
                "POST /api/feedback/typos",
                new { articleId = article, selection = string.Concat(Enumerable.Repeat("\U0001F600", count)), lang });
        var problem = JsonSerializer.Deserialize<JsonElement>((await Sent(257)).IsProblem(422).Body);
        Assert.Equal((message, 256), (problem.GetProperty("detail").GetString(), problem.GetProperty("limit").GetInt32()));
        // The length is valid now, but the selection occurs several times (or, in another language, not at all).
        (await Sent(256)).Is(HttpStatusCode.UnprocessableEntity);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/feedback/typos")
        {
            Content = new StringContent(
                JsonSerializer.Serialize(new { articleId = article, selection = " x " }), System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Accept-Language", $"fr, {lang}-XX;q=0.8, en;q=0.1" } },
        };
        using var answer = await _typos.Reader.SendAsync(request, TestContext.Current.CancellationToken);
        var tooShort =
            JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            (422, lang, 2), ((int)answer.StatusCode, tooShort.GetProperty("lang").GetString(), tooShort.GetProperty("limit").GetInt32()));
        Assert.Equal(256, (await _typos.Reader.Get<FeedbackLimits>("/api/feedback/limits")).Selection.Max);
    }

    [Fact]
    public async Task An_invalid_report_names_the_error_and_is_not_stored()
    {
        var article = await _typos.PublishArticle("<p>The summit</p>");
        var before = await service.EventsStored();
        (await _typos.Send(article, "sumit")).IsProblem(422, "not in this version");
        (await _typos.Send(article, "summit", articleVersion: 7)).IsProblem(404, "version 7");
        (await _typos.Send(Some.Id(), "summit")).IsProblem(404, "no published article");
        (await _typos.Send(article, "summit", email: "nobody")).IsProblem(400, "email");
        (await _typos.Send(article, "summit", comment: "a\0")).IsProblem(400, "U+0000");
        (await _typos.Send(article, "summit", comment: "\u200B")).IsProblem(400, "\"comment\":[");
        (await _typos.Reader.Send("POST /api/feedback/typos", $"{{\"articleId\":\"{article}\",\"selection\":\"\\ud800 summit\"}}"))
            .IsProblem(400);
        (await _typos.Reader.Send(
            "POST /api/feedback/typos",
            new { articleId = article, selection = "summit", website = "http://example.org" })).Is(HttpStatusCode.Accepted);
        Assert.Equal(before, await service.EventsStored());
    }

    [Fact]
    public async Task Reports_can_be_paged_and_listed_by_article()
    {
        var article = await _typos.PublishArticle("<p>aa bb cc dd ee</p>", section: "walked");
        var places = new List<Guid>();
        foreach (var word in new[] { "aa", "bb", "cc", "dd", "ee" }) places.Add(await _typos.Report(article, word));
        Assert.Equal(
            places.Order(), (await _typos.Editor.Walk<TypoItem>("/api/feedback/typos?section=walked&limit=2")).Select(i => i.Id).Order());
        var listed = Assert.Single(
            await _typos.Editor.Walk<TypoArticle>("/api/feedback/typos/articles?limit=1"), a => a.ArticleId == article);
        Assert.Equal((5, 5, "Title", "walked"), (listed.Places, listed.Reports, listed.Title, listed.Section));
        (await _typos.Editor.Send("GET /api/feedback/typos?status=done")).IsProblem(400, "status");
    }

    [Fact]
    public async Task Statistics_contain_counts_and_correction_times_by_section()
    {
        var article = await _typos.PublishArticle("<p>aa bb cc dd</p>", section: "measured");
        var (a, b, c) = (await _typos.Report(article, "aa"), await _typos.Report(article, "bb"), await _typos.Report(article, "cc"));
        await _typos.Report(article, "dd");
        await service.PublishAndWait(
            TypoWorkflow.Revised(article, 3, "<p>AA bb cc dd</p>", a, (await _typos.Item(a)).ReportedAt.AddSeconds(100)));
        await service.PublishAndWait(
            TypoWorkflow.Revised(article, 4, "<p>AA BB cc dd</p>", b, (await _typos.Item(b)).ReportedAt.AddSeconds(300)));
        await _typos.Accept(c, "CC");
        var statistics = await _typos.Editor.Get<FeedbackStatistics>("/api/feedback/statistics");
        Assert.Equal(new SectionFigures("measured", 1, 0, 1, 2, 200), Assert.Single(statistics.Sections, s => s.Section == "measured"));
        Assert.True(statistics.All.Section is null && statistics.All.Corrected >= 2 && statistics.All.Open >= 1);
        (await _typos.Reader.Send("GET /api/feedback/statistics")).IsProblem(401);
    }

    [Theory]
    [InlineData("GET /api/feedback/typos")]
    [InlineData("GET /api/feedback/typos/articles")]
    [InlineData("GET /api/feedback/typos/01900000-0000-7000-8000-000000000001")]
    [InlineData("POST /api/feedback/typos/01900000-0000-7000-8000-000000000001/accept")]
    [InlineData("POST /api/feedback/typos/01900000-0000-7000-8000-000000000001/reject")]
    [InlineData("POST /api/feedback/typos/01900000-0000-7000-8000-000000000001/reopen")]
    public async Task Only_editors_can_triage(string call)
    {
        using var others = service.Client("moderator", "operator", "admin");
        object? body = call.StartsWith("POST", StringComparison.Ordinal) ? "{}" : null;
        (await _typos.Reader.Send(call, body)).IsProblem(401);
        (await others.Send(call, body)).IsProblem(403);
    }

    [Fact]
    public async Task The_read_model_equals_the_folded_streams()
    {
        var article = await _typos.PublishArticle("<p>The sumit</p>");
        await _typos.Accept(await _typos.Report(article, "sumit", email: "a@example.org"), "summit");
        await service.AssertReadModelEqualsStreams<TypoReport>("typo-");
        Assert.Equal(0, await service.Servers.Query<long>("select count(*) from feedback.mt_doc_typoreport where id not like 'typo-%'"));
    }

    public void Dispose() => _typos.Dispose();
}
