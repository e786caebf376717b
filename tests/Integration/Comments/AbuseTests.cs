using System.Net;
using Comments;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Xunit;

namespace Integration.Comments;

/// <summary>The comments service as it stands on the internet, with narrow limits and a proof of work.</summary>
public sealed class OpenDiscussion : ServiceFixture<Comment>
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

    /// <summary>A visitor with an address of its own.</summary>
    public HttpClient Visitor()
    {
        var client = Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", Some.Word("visitor"));
        return client;
    }

    public async Task<Guid> Article()
    {
        var article = Some.Id();
        await Delivers(Messages.Published(article, 2));
        return article;
    }
}

/// <summary>What robots and bores send.</summary>
public class AbuseTests(OpenDiscussion service) : IClassFixture<OpenDiscussion>
{
    [Fact]
    public async Task A_client_posts_so_often_and_no_more()
    {
        using var visitor = service.Visitor();
        for (var i = 0; i < OpenDiscussion.PerHour; i++)
            (await visitor.Send($"POST /api/articles/{Some.Id()}/comments", new { author = " ", text = "x" })).IsProblem(400);
        var before = await service.EventsStored();
        (await visitor.Send($"POST /api/articles/{Some.Id()}/comments", new { author = "Ann", text = "x" })).IsProblem(429, "Retry-After");
        Assert.Equal(before, await service.EventsStored());
    }

    [Fact]
    public async Task A_discussion_takes_so_many_in_a_minute()
    {
        var article = await service.Article();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < OpenDiscussion.PerThread + 1; i++)
        {
            using var visitor = service.Visitor();
            answers.Add((await Post(visitor, article, $"Number {i}.")).Status);
        }
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Created, OpenDiscussion.PerThread), HttpStatusCode.TooManyRequests], answers);
    }

    [Fact]
    public async Task Comments_that_are_refused_do_not_close_a_discussion()
    {
        var article = await service.Article();
        for (var i = 0; i < OpenDiscussion.PerThread + 1; i++)
        {
            using var visitor = service.Visitor();
            (await visitor.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Idle." })).IsProblem(400, "proof");
        }
        using var reader = service.Visitor();
        (await Post(reader, article, "Still open.")).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_same_text_again_is_held()
    {
        using var visitor = service.Visitor();
        const string text = "Buy something at my shop, it is the best.";
        for (var i = 0; i < OpenDiscussion.Repeats; i++) (await Post(visitor, await service.Article(), text)).Is(HttpStatusCode.Created);
        (await Post(visitor, await service.Article(), text.ToUpperInvariant())).Is(HttpStatusCode.Accepted);
        using var another = service.Visitor();
        (await Post(another, await service.Article(), text)).Is(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("Play at our CASINO!", "a word of the list (en)")]
    [InlineData("Play at our ｃａｓｉｎｏ!", "a word of the list (en)")]
    [InlineData("Тут халява!", "a word of the list (ru)")]
    [InlineData("网上博彩平台", "a word of the list (zh)")]
    [InlineData("www.a.example www.b.example www.c.example", "more than 2 links")]
    public async Task What_looks_like_advertising_is_held_and_says_why(string text, string reason)
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
    public async Task Words_that_only_contain_one_pass(string text)
    {
        using var visitor = service.Visitor();
        (await Post(visitor, await service.Article(), text)).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_robot_is_thanked_and_forgotten()
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
    public async Task Nothing_is_taken_without_work_nor_twice_for_the_same()
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
