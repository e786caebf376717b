using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feedback.Messages;
using Feedback.Typos;
using Kit;
using Xunit;

namespace Integration.Feedback;

/// <summary>Limits and checks against spam and flooding.</summary>
public class AbuseTests(InternetFacingFeedback service) : IClassFixture<InternetFacingFeedback>
{
    [Fact]
    public async Task A_proof_of_work_is_valid_for_one_message_and_its_repetitions()
    {
        using var visitor = service.Visitor();
        Assert.True((await visitor.Get<FeedbackLimits>("/api/feedback/limits")).ProofOfWork);
        (await visitor.Send("POST /api/feedback/messages", Message(null))).IsProblem(400, "proof");
        var (proof, key) = (await ProofOfWorkSolver.Solve(visitor), $"{Some.Id()}");
        for (var i = 0; i < 2; i++)
            (await visitor.Send("POST /api/feedback/messages", Message(proof), key: key)).Is(HttpStatusCode.Accepted);
        (await visitor.Send("POST /api/feedback/messages", Message(proof))).IsProblem(400, "used before");
    }

    [Fact]
    public async Task A_proof_of_work_is_valid_for_the_report_of_one_location()
    {
        using var visitor = service.Visitor();
        var article = Some.Id();
        var texts = new Dictionary<string, Wording> { ["en"] = new("Title", "Lead", "<p>One sumit, another artcle.</p>") };
        await service.Decide<ArticleVersions>(
            $"article-{article}",
            seen => ArticleVersions.ApplyVersion(seen, new ArticleVersionSeen(1, "news", texts, false)));
        var (proof, key) = (await ProofOfWorkSolver.Solve(visitor), $"{Some.Id()}");
        object Report(string selection) => new { articleId = article, selection, proof };
        for (var i = 0; i < 2; i++) (await visitor.Send("POST /api/feedback/typos", Report("sumit"), key: key)).Is(HttpStatusCode.Accepted);
        (await visitor.Send("POST /api/feedback/typos", Report("artcle"), key: key)).IsProblem(400, "used before");
        (await visitor.Send("POST /api/feedback/typos", Report("sumit"))).IsProblem(400, "used before");
    }

    [Fact]
    public async Task A_forged_expired_or_malformed_proof_is_rejected()
    {
        using var visitor = service.Visitor();
        var proof = await ProofOfWorkSolver.Solve(visitor);
        (await visitor.Send("POST /api/feedback/messages", Message("nonsense"))).IsProblem(400, "base64");
        (await visitor.Send("POST /api/feedback/messages", Message(Changed(proof, p => p["number"] = 1_000_000))))
            .IsProblem(400, "does not solve");
        (await visitor.Send("POST /api/feedback/messages", Message(Changed(proof, p => p["signature"] = new string('0', 64)))))
            .IsProblem(400, "does not solve");
        (await visitor.Send(
            "POST /api/feedback/messages",
            Message(Changed(proof, p => p["salt"] = p["salt"]!.ToString().Replace("expires=1", "expires=9", StringComparison.Ordinal)))))
                .IsProblem(400, "does not solve");
        (await visitor.Send("POST /api/feedback/messages", Message(Changed(proof, p => p["salt"] = null))))
            .IsProblem(400, "does not solve");
        service.Clock.Advance(TimeSpan.FromHours(1));
        (await visitor.Send("POST /api/feedback/messages", Message(proof))).IsProblem(400, "expired");
    }

    [Fact]
    public async Task A_visitor_is_limited_per_hour_without_affecting_others()
    {
        using var visitor = service.Visitor();
        for (var i = 0; i < InternetFacingFeedback.PerHour; i++)
            (await visitor.Send("POST /api/feedback/messages", Message(null))).IsProblem(400);
        (await visitor.Send("POST /api/feedback/messages", Message(null))).IsProblem(429, "Retry-After");
        (await visitor.Send("POST /api/feedback/typos", new { articleId = Some.Id(), selection = "word" })).IsProblem(429);
        using var other = service.Visitor();
        (await other.Send("POST /api/feedback/messages", Message(null))).IsProblem(400);
    }

    [Fact]
    public async Task A_message_with_the_hidden_field_is_accepted_and_discarded()
    {
        using var visitor = service.Visitor();
        var before = await service.EventsStored();
        var receipt = (await visitor.Send(
            "POST /api/feedback/messages",
            new
            {
                topic = "general",
                name = "Bot",
                email = "bot@example.org",
                text = "Buy",
                consent = true,
                website = "https://example.org",
            })).Is(HttpStatusCode.Accepted).As<TicketReceipt>();
        Assert.NotEmpty(receipt.Number);
        Assert.Equal(
            0, await service.Servers.Query<long>($"select count(*) from feedback.mt_streams where id = 'ticket-{receipt.Ticket}'"));
        Assert.True(await service.EventsStored() >= before);
    }

    private static object Message(string? proof) =>
        new { topic = "general", name = "Ann", email = "ann@example.org", text = "Hello.", consent = true, proof };

    private static string Changed(string proof, Action<JsonObject> change)
    {
        var solution = JsonNode.Parse(Convert.FromBase64String(proof))!.AsObject();
        change(solution);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(solution.ToJsonString()));
    }
}
