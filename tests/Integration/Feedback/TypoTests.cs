using System.Net;
using System.Text.Json;
using Feedback;
using Kit;
using Platform.Contracts.Articles;
using Platform.Contracts.Feedback;
using Xunit;

namespace Integration.Feedback;

[Collection<FeedbackService>]
public sealed class TypoTests(FeedbackService service) : IDisposable
{
    private readonly Desk _desk = new(service);

    [Fact]
    public async Task A_report_is_queued_accepted_and_closed_by_the_revision_that_corrects_it()
    {
        var article = await _desk.Published("<p>The first su<em>mi</em>t, the second sumit.</p>");
        var report = await _desk.Reports(article, "sumit", "second ", ".", comment: "Two m.");
        var other = await _desk.Reports(article, "second sumit.", "the ");

        var item = Assert.Single(
            await _desk.Editor.Walk<TypoItem>($"/api/feedback/typos?status=open&article={article}"), i => i.Id == report);
        Assert.Equal(
            ("The first sumit, the second ", "sumit", ".", 1, TypoStatus.Open, "en", Part.Body, "Title"),
            (item.Before, item.Selection, item.After, item.Reports, item.Status, item.Lang, item.Part, item.Title));
        Assert.Equal("Two m.", Assert.Single(item.Reporters).Comment);

        var accepted = await _desk.Accepts(report, "summit", $"\"{item.Version}\"");
        Assert.Equal(
            (article, 2, "body", "sumit", "summit", "A typing error was corrected."),
            (accepted.ArticleId, accepted.ArticleVersion, accepted.Part, accepted.Selection, accepted.Replacement, accepted.Note));
        var revised = Desk.Revised(article, 3, "<p>The first su<em>mi</em>t, the second summit.</p>", report);
        await service.Delivers(revised, revised);

        Assert.Equal((TypoStatus.Closed, TypoOutcome.Corrected), ((await _desk.Item(report)).Status, (await _desk.Item(report)).Outcome));
        Assert.Equal((TypoStatus.Closed, TypoOutcome.Corrected), ((await _desk.Item(other)).Status, (await _desk.Item(other)).Outcome));
        var closed = await service.Bus.Hears<TypoReportClosed>(e => e.ReportId == report, "its end is public");
        Assert.Equal(("corrected", 3), (closed.Outcome, closed.ArticleVersion));
        Assert.Equal(3, await service.Servers.Query<long>($"select version from feedback.mt_streams where id = 'typo-{report}'"));
    }

    [Fact]
    public async Task Reports_of_one_place_meet_in_one_ticket_whoever_sends_them_and_in_whichever_version()
    {
        var article = await _desk.Published("<p>The sumit of all</p>");
        var tickets = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _desk.Send(article, "sumit"))))
            .Select(a => a.Is(HttpStatusCode.Accepted).As<TypoReceipt>().Ticket)
            .Distinct()
            .ToArray();
        await service.Delivers(Desk.Revised(article, 4, "<p>Again: the sumit of all</p>"));
        Assert.Equal(Assert.Single(tickets), await _desk.Reports(article, "sumit"));
        Assert.Equal(tickets[0], (await _desk.Send(article, " sumit ", articleVersion: 2)).As<TypoReceipt>().Ticket);
        Assert.Equal(10, (await _desk.Item(tickets[0])).Reports);

        var key = $"{Some.Id()}";
        for (var i = 0; i < 2; i++) (await _desk.Send(article, "sumit", key: key)).Is(HttpStatusCode.Accepted);
        Assert.Equal(11, (await _desk.Item(tickets[0])).Reports);
    }

    [Fact]
    public async Task The_same_word_twice_is_two_places()
    {
        var article = await _desk.Published("<p>one cat, two cat</p>");
        Assert.NotEqual(await _desk.Reports(article, "cat", "one "), await _desk.Reports(article, "cat", "two "));
        (await _desk.Send(article, "cat")).IsProblem(422, "more than once");
    }

    [Fact]
    public async Task Of_two_editors_who_accept_at_once_one_wins()
    {
        var article = await _desk.Published("<p>The sumit</p>");
        var report = await _desk.Reports(article, "sumit");
        (await _desk.Editor.Send($"POST /api/feedback/typos/{report}/accept", new { replacement = "summit" })).IsProblem(428, "If-Match");
        var answers = await Task.WhenAll(new[] { "summit", "peak", "meeting", "top" }.Select(replacement =>
            _desk.Editor.Send($"POST /api/feedback/typos/{report}/accept", new { replacement }, ifMatch: "\"1\"")));
        Assert.Single(answers, a => a.Status == HttpStatusCode.NoContent);
        Assert.All(
            answers.Where(a => a.Status != HttpStatusCode.NoContent), a => a.IsProblem(a.Status == HttpStatusCode.Conflict ? 409 : 412));
        Assert.Equal(2, (await _desk.Item(report)).Version);
        (await _desk.Editor.Send($"POST /api/feedback/typos/{report}/reject", new { reason = "No." }, ifMatch: "\"2\""))
            .IsProblem(409, "accepted");
    }

    [Fact]
    public async Task A_correction_that_cannot_be_made_comes_back_as_a_conflict_once()
    {
        var article = await _desk.Published("<p>The sumit</p>");
        var report = await _desk.Reports(article, "sumit");
        var accepted = await _desk.Accepts(report, "summit");
        var refused = new TypoCorrectionRefused(
            Some.Id(),
            $"typo-{report}",
            1,
            Some.Noon,
            report,
            article,
            accepted.StreamVersion,
            "There is no such place.");
        await service.Delivers(refused, refused);
        var item = await _desk.Item(report);
        Assert.Equal((TypoStatus.Open, "There is no such place.", 3), (item.Status, item.Conflict, item.Version));
        Assert.Contains(await _desk.Editor.Walk<TypoItem>($"/api/feedback/typos?article={article}"), i => i.Id == report);

        await _desk.Accepts(report, "summit");
        await service.Delivers(refused);
        Assert.Equal(TypoStatus.Accepted, (await _desk.Item(report)).Status);
    }

    [Fact]
    public async Task A_report_whose_words_go_with_any_revision_closes_itself()
    {
        var article = await _desk.Published("<p>The sumit of all. Another sumit.</p>");
        var (gone, stays) = (await _desk.Reports(article, "sumit", "The "), await _desk.Reports(article, "sumit", "Another "));
        await service.Delivers(Desk.Revised(article, 5, "<p>Another sumit.</p>"));
        Assert.Equal(TypoOutcome.TextGone, (await _desk.Item(gone)).Outcome);
        Assert.Equal(TypoStatus.Open, (await _desk.Item(stays)).Status);
        Assert.Equal(
            TypoStatus.Closed,
            (await _desk.Send(article, "sumit", "The ", articleVersion: 2)).Is(HttpStatusCode.Accepted).As<TypoReceipt>().Status);

        await service.Delivers(new ArticleRetracted(Some.Id(), $"article-{article}", 6, Some.Noon, article, "Wrong."));
        Assert.Equal(TypoOutcome.Retracted, (await _desk.Item(stays)).Outcome);
        (await _desk.Send(article, "sumit")).IsProblem(409, "retracted");
    }

    [Fact]
    public async Task A_report_is_rejected_with_a_reason_and_reopened()
    {
        var article = await _desk.Published("<p>The sumit</p>");
        var report = await _desk.Reports(article, "sumit");
        (await _desk.Editor.Send($"POST /api/feedback/typos/{report}/reject", new { reason = " " }, ifMatch: "*")).IsProblem(400, "reason");
        for (var i = 0; i < 2; i++)
            (await _desk.Editor.Send($"POST /api/feedback/typos/{report}/reject", new { reason = "A name." }, ifMatch: "*"))
                .Is(HttpStatusCode.NoContent);
        Assert.Equal(
            (TypoStatus.Rejected, "A name.", 2),
            ((await _desk.Item(report)).Status, (await _desk.Item(report)).Reason, (await _desk.Item(report)).Version));
        (await _desk.Editor.Send($"POST /api/feedback/typos/{report}/accept", new { replacement = "summit" }, ifMatch: "*"))
            .IsProblem(409, "Reopen");
        (await _desk.Editor.Send($"POST /api/feedback/typos/{report}/reopen", ifMatch: "\"1\"")).IsProblem(412);
        (await _desk.Editor.Send($"POST /api/feedback/typos/{report}/reopen", ifMatch: "\"2\"")).Is(HttpStatusCode.NoContent);
        Assert.Equal(TypoStatus.Open, (await _desk.Item(report)).Status);
    }

    [Theory]
    [InlineData("ru", "Выделенный текст слишком длинный.")]
    [InlineData("en", "The selected text is too long.")]
    [InlineData("zh", "所选文字过长。")]
    public async Task Too_long_a_selection_is_refused_in_the_readers_language_with_the_limit(string lang, string message)
    {
        var article = await _desk.Published($"<p>{string.Concat(Enumerable.Repeat("\U0001F600", 300))}</p>");
        Task<Kit.Answer> Sent(int count) =>
            _desk.Reader.Send(
                "POST /api/feedback/typos",
                new { articleId = article, selection = string.Concat(Enumerable.Repeat("\U0001F600", count)), lang });
        var problem = JsonSerializer.Deserialize<JsonElement>((await Sent(257)).IsProblem(422).Body);
        Assert.Equal((message, 256), (problem.GetProperty("detail").GetString(), problem.GetProperty("limit").GetInt32()));
        // of the right length, but it fits in many places (and in no other language)
        (await Sent(256)).Is(HttpStatusCode.UnprocessableEntity);
        using var accepting = new HttpRequestMessage(HttpMethod.Post, "/api/feedback/typos")
        {
            Content = new StringContent(
                JsonSerializer.Serialize(new { articleId = article, selection = " x " }), System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Accept-Language", $"fr, {lang}-XX;q=0.8, en;q=0.1" } },
        };
        using var answer = await _desk.Reader.SendAsync(accepting, TestContext.Current.CancellationToken);
        var shortly =
            JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            (422, lang, 2), ((int)answer.StatusCode, shortly.GetProperty("lang").GetString(), shortly.GetProperty("limit").GetInt32()));
        Assert.Equal(256, (await _desk.Reader.Get<FeedbackLimits>("/api/feedback/limits")).Selection.Max);
    }

    [Fact]
    public async Task What_cannot_be_placed_is_answered_clearly_and_not_stored()
    {
        var article = await _desk.Published("<p>The summit</p>");
        var before = await service.EventsStored();
        (await _desk.Send(article, "sumit")).IsProblem(422, "not in this version");
        (await _desk.Send(article, "summit", articleVersion: 7)).IsProblem(404, "version 7");
        (await _desk.Send(Some.Id(), "summit")).IsProblem(404, "no published article");
        (await _desk.Send(article, "summit", email: "nobody")).IsProblem(400, "email");
        (await _desk.Send(article, "summit", comment: "a\0")).IsProblem(400, "U+0000");
        (await _desk.Send(article, "summit", comment: "\u200B")).IsProblem(400, "\"comment\":[");
        (await _desk.Reader.Send("POST /api/feedback/typos", $"{{\"articleId\":\"{article}\",\"selection\":\"\\ud800 summit\"}}"))
            .IsProblem(400);
        (await _desk.Reader.Send(
            "POST /api/feedback/typos",
            new { articleId = article, selection = "summit", website = "http://example.org" })).Is(HttpStatusCode.Accepted);
        Assert.Equal(before, await service.EventsStored());
    }

    [Fact]
    public async Task The_queue_is_walked_and_told_by_article()
    {
        var article = await _desk.Published("<p>aa bb cc dd ee</p>", section: "walked");
        var places = new List<Guid>();
        foreach (var word in new[] { "aa", "bb", "cc", "dd", "ee" }) places.Add(await _desk.Reports(article, word));
        Assert.Equal(
            places.Order(), (await _desk.Editor.Walk<TypoItem>("/api/feedback/typos?section=walked&limit=2")).Select(i => i.Id).Order());
        var told = Assert.Single(await _desk.Editor.Walk<TypoArticle>("/api/feedback/typos/articles?limit=1"), a => a.ArticleId == article);
        Assert.Equal((5, 5, "Title", "walked"), (told.Places, told.Reports, told.Title, told.Section));
        (await _desk.Editor.Send("GET /api/feedback/typos?status=done")).IsProblem(400, "status");
    }

    [Fact]
    public async Task Statistics_tell_what_is_open_and_how_long_corrections_take_by_section()
    {
        var article = await _desk.Published("<p>aa bb cc dd</p>", section: "measured");
        var (a, b, c) = (await _desk.Reports(article, "aa"), await _desk.Reports(article, "bb"), await _desk.Reports(article, "cc"));
        await _desk.Reports(article, "dd");
        await service.Delivers(Desk.Revised(article, 3, "<p>AA bb cc dd</p>", a, (await _desk.Item(a)).ReportedAt.AddSeconds(100)));
        await service.Delivers(Desk.Revised(article, 4, "<p>AA BB cc dd</p>", b, (await _desk.Item(b)).ReportedAt.AddSeconds(300)));
        await _desk.Accepts(c, "CC");
        var statistics = await _desk.Editor.Get<FeedbackStatistics>("/api/feedback/statistics");
        Assert.Equal(new SectionFigures("measured", 1, 0, 1, 2, 200), Assert.Single(statistics.Sections, s => s.Section == "measured"));
        Assert.True(statistics.All.Section is null && statistics.All.Corrected >= 2 && statistics.All.Open >= 1);
        (await _desk.Reader.Send("GET /api/feedback/statistics")).IsProblem(401);
    }

    [Theory]
    [InlineData("GET /api/feedback/typos")]
    [InlineData("GET /api/feedback/typos/articles")]
    [InlineData("GET /api/feedback/typos/01900000-0000-7000-8000-000000000001")]
    [InlineData("POST /api/feedback/typos/01900000-0000-7000-8000-000000000001/accept")]
    [InlineData("POST /api/feedback/typos/01900000-0000-7000-8000-000000000001/reject")]
    [InlineData("POST /api/feedback/typos/01900000-0000-7000-8000-000000000001/reopen")]
    public async Task Only_editors_triage(string call)
    {
        using var others = service.Client("moderator", "operator", "admin");
        object? body = call.StartsWith("POST", StringComparison.Ordinal) ? "{}" : null;
        (await _desk.Reader.Send(call, body)).IsProblem(401);
        (await others.Send(call, body)).IsProblem(403);
    }

    [Fact]
    public async Task The_read_model_is_what_the_streams_fold_to()
    {
        var article = await _desk.Published("<p>The sumit</p>");
        await _desk.Accepts(await _desk.Reports(article, "sumit", email: "a@example.org"), "summit");
        await service.IsWhatItsStreamsFoldTo<TypoReport>("typo-");
        Assert.Equal(0, await service.Servers.Query<long>("select count(*) from feedback.mt_doc_typoreport where id not like 'typo-%'"));
    }

    public void Dispose() => _desk.Dispose();
}
