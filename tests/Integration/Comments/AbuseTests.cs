using System.Net;
using Comments.Moderation;
using Comments.Posting;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Xunit;

namespace Integration.Comments;

/// <summary>The comments service as it is exposed to the internet, with low limits and a required proof of work.</summary>
public sealed class InternetFacingComments : ServiceFixture<Comment>
{
    public const int PerHour = 30, PerThread = 12, Repeats = 2;

    protected override void Configure(IWebHostBuilder host)
    {
        host.UseSetting("Visitors:PerHour", $"{PerHour}");
        host.UseSetting("Comments:PerThread", $"{PerThread}");
        host.UseSetting("Comments:Repeats", $"{Repeats}");
        host.UseSetting("Comments:Words:ru:0", "халява");
        host.UseSetting("ProofOfWork:Required", "true");
        host.UseSetting("ProofOfWork:Key", "a secret of this test");
        host.UseSetting("ProofOfWork:Hardest", "50");
    }

    /// <summary>A visitor with an IP address of its own.</summary>
    public HttpClient Visitor()
    {
        var client = Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", Some.Word("visitor"));
        return client;
    }

    public async Task<Guid> Article()
    {
        var article = Some.Id();
        await PublishAndWait(Messages.Published(article, 2));
        return article;
    }
}

/// <summary>Limits and checks against spam and flooding.</summary>
public class AbuseTests(InternetFacingComments service) : IClassFixture<InternetFacingComments>
{
    [Fact]
    public async Task A_client_cannot_post_more_than_the_hourly_limit()
    {
        using var visitor = service.Visitor();
        for (var i = 0; i < InternetFacingComments.PerHour; i++)
            (await visitor.Send($"POST /api/articles/{Some.Id()}/comments", new { author = " ", text = "x" })).IsProblem(400);
        var before = await service.EventsStored();
        (await visitor.Send($"POST /api/articles/{Some.Id()}/comments", new { author = "Ann", text = "x" })).IsProblem(429, "Retry-After");
        Assert.Equal(before, await service.EventsStored());
    }

    [Fact]
    public async Task A_discussion_rejects_comments_beyond_the_limit_per_minute()
    {
        var article = await service.Article();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < InternetFacingComments.PerThread + 1; i++)
        {
            using var visitor = service.Visitor();
            answers.Add((await Post(visitor, article, $"Number {i}.")).Status);
        }
        Assert.Equal(
            [.. Enumerable.Repeat(HttpStatusCode.Created, InternetFacingComments.PerThread), HttpStatusCode.TooManyRequests], answers);
    }

    [Fact]
    public async Task Rejected_comments_do_not_count_towards_the_limit_of_a_discussion()
    {
        var article = await service.Article();
        for (var i = 0; i < InternetFacingComments.PerThread + 1; i++)
        {
            using var visitor = service.Visitor();
            (await visitor.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Idle." })).IsProblem(400, "proof");
        }
        using var reader = service.Visitor();
        (await Post(reader, article, "Still open.")).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Repeated_text_from_the_same_client_is_held()
    {
        using var visitor = service.Visitor();
        const string text = "Buy something at my shop, it is the best.";
        for (var i = 0; i < InternetFacingComments.Repeats; i++)
            (await Post(visitor, await service.Article(), text)).Is(HttpStatusCode.Created);
        (await Post(visitor, await service.Article(), text.ToUpperInvariant())).Is(HttpStatusCode.Accepted);
        using var another = service.Visitor();
        (await Post(another, await service.Article(), text)).Is(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("Play at our CASINO!", "listed word (en)")]
    [InlineData("Play at our ｃａｓｉｎｏ!", "listed word (en)")]
    [InlineData("Тут халява!", "listed word (ru)")]
    [InlineData("网上博彩平台", "listed word (zh)")]
    [InlineData("www.a.example www.b.example www.c.example", "more than 2 links")]
    public async Task Text_that_looks_like_spam_is_held_with_the_reason(string text, string reason)
    {
        using var visitor = service.Visitor();
        var article = await service.Article();
        (await Post(visitor, article, text)).Is(HttpStatusCode.Accepted);
        using var moderator = service.Client("moderator");
        Assert.Equal(reason, (await moderator.Walk<ModerationItem>($"/api/moderation/comments?article={article}")).Single().Reason);
    }

    [Theory]
    [InlineData("I met him at the casinos' association.")]
    [InlineData("Казиношный стиль")]
    public async Task Words_that_merely_contain_a_listed_word_are_accepted(string text)
    {
        using var visitor = service.Visitor();
        (await Post(visitor, await service.Article(), text)).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_post_with_the_hidden_field_is_accepted_and_discarded()
    {
        using var visitor = service.Visitor();
        var article = await service.Article();
        var before = await service.EventsStored();
        (await visitor.Send(
            $"POST /api/articles/{article}/comments",
            new { author = "Robot", text = "Buy!", website = "https://a.example" })).Is(HttpStatusCode.Accepted);
        Assert.Equal(before, await service.EventsStored());
    }

    [Fact]
    public async Task Each_comment_needs_its_own_proof_of_work()
    {
        using var visitor = service.Visitor();
        var article = await service.Article();
        (await visitor.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Idle." })).IsProblem(400, "proof");
        var (proof, key) = (await Feedback.ProofOfWorkSolver.Solve(visitor, "/api/comments/challenge"), $"{Some.Id()}");
        foreach (var _ in Enumerable.Range(0, 2))
            (await visitor.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Worked for.", proof }, key: key))
                .Is(HttpStatusCode.Created);
        (await visitor.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Not worked for.", proof }))
            .IsProblem(400, "used before");
    }

    private static async Task<Answer> Post(HttpClient visitor, Guid article, string text) =>
        await visitor.Send(
            $"POST /api/articles/{article}/comments",
            new { author = "Ann", text, proof = await Feedback.ProofOfWorkSolver.Solve(visitor, "/api/comments/challenge") });
}
