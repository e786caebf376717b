using System.Text.Json;
using Kit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Replays;
using Platform.Replays.Admin;
using Xunit;

namespace Integration.Replays;

/// <summary>Every service offers the same admin endpoints, with the same roles.</summary>
public abstract class AdminSurfaceTests<T>(ServiceFixture<T> service, string name) where T : class
{
    [Fact]
    public async Task Only_admins_can_change_anything_and_operators_can_read()
    {
        var routes = service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("admin/", StringComparison.Ordinal))
            .SelectMany(
                e =>
                    e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(
                        method => (Method: method, Path: e.RoutePattern.RawText!)))
            .ToArray();
        Assert.InRange(routes.Length, 11, 100);
        foreach (var (method, route) in routes)
        {
            var call =
                $"{method} /{route.TrimStart('/')
                    .Replace("{id:guid}", $"{Some.Id()}", StringComparison.Ordinal)
                    .Replace("{id}", "nobody", StringComparison.Ordinal)
                    .Replace("{group}", "0", StringComparison.Ordinal)}";
            var body = method == "POST" ? "{}" : null;
            using var nobody = service.Client();
            (await nobody.Send(call, body)).IsProblem(401);
            foreach (var role in new[] { "editor", "moderator" })
            {
                using var other = service.Client(role);
                (await other.Send(call, body)).IsProblem(403);
            }
            using var @operator = service.Client("operator");
            var looked = (int)(await @operator.Send(call, body)).Status;
            if (method == "GET") Assert.NotEqual(403, looked);
            else Assert.Equal((call, 403), (call, looked));
            using var admin = service.Client("admin");
            Assert.DoesNotContain((int)(await admin.Send(call, body)).Status, new[] { 401, 403, 500 });
        }
    }

    [Fact]
    public async Task Every_read_model_equals_its_rebuild_from_the_events()
    {
        using var admin = service.Client("admin");
        var models = Items(await admin.Send($"GET /admin/{name}/consumers"))
            .Where(c => c.GetProperty("kind").GetString() == "readModel")
            .Select(c => c.GetProperty("name").GetString()!)
            .ToArray();
        Assert.NotEmpty(models);
        foreach (var model in models)
        {
            var verified = await admin.Replays(name, $"readModel:{model}", "verify");
            Assert.Equal(
                (model, ReplayStatus.Completed, null, 0L), (model, verified.State, verified.Error, verified.Comparison?.Differences()));
            Assert.Empty(verified.Comparison!.Samples);
        }
    }

    [Fact]
    public async Task The_relay_shows_its_position_lag_and_leader()
    {
        using var @operator = service.Client("operator");
        var relay = await Eventually.Get(
            async () =>
                Items(await @operator.Send($"GET /admin/{name}/consumers"))
                    .Where(
                        c =>
                            c.GetProperty("name").GetString() == "relay"
                            && c.GetProperty("lag").GetInt64() == 0
                            && c.TryGetProperty("replica", out _))
                    .Select(c => c.ToString())
                    .FirstOrDefault(),
            "the relay has caught up");
        Assert.StartsWith("replica-", JsonElement.Parse(relay).GetProperty("replica").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"running\"", relay, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copied_facts_are_listed_in_order_and_in_pages()
    {
        using var @operator = service.Client("operator");
        foreach (var list in Items(await @operator.Send($"GET /admin/{name}/copies")).Select(l => l.GetProperty("name").GetString()!))
        {
            var address = $"/admin/{name}/copies/{list}";
            var whole = (await @operator.Get<global::Platform.Web.Page<SharedFact>>($"{address}?limit=1000")).Items;
            var paged = new List<SharedFact>();
            for (var after = ""; after is not null && paged.Count < 20;)
            {
                var page = await @operator.Get<global::Platform.Web.Page<SharedFact>>($"{address}?limit=3&after={after}");
                paged.AddRange(page.Items);
                after = page.Next;
            }
            Assert.Equal(whole.Take(paged.Count), paged);
            Assert.Equal(whole.Select(f => f.Id).Order(StringComparer.Ordinal), whole.Select(f => f.Id));
            (await @operator.Send($"GET {address}?limit=0")).IsProblem(400, "limit");
        }
        (await @operator.Send($"GET /admin/{name}/copies/nothing")).IsProblem(404, "GET copies");
    }

    private static JsonElement[] Items(Answer answer) => [.. answer.As<JsonElement>().GetProperty("items").EnumerateArray()];
}

[Collection<ArticlesService>]
public class ArticlesAdminTests(ArticlesService service) : AdminSurfaceTests<global::Articles.Publishing.Article>(service, "articles");

[Collection<CurrencyRatesService>]
public class CurrencyRatesAdminTests(CurrencyRatesService service)
    : AdminSurfaceTests<global::CurrencyRates.Sheets.RateSheet>(service, "currency-rates");

[Collection<FeedbackService>]
public class FeedbackAdminTests(FeedbackService service) : AdminSurfaceTests<global::Feedback.Messages.ContactTicket>(service, "feedback");

[Collection<CommentsService>]
public class CommentsAdminTests(CommentsService service) : AdminSurfaceTests<global::Comments.Posting.Comment>(service, "comments")
{
    private readonly CommentsService _service = service;

    [Fact]
    public async Task Events_and_past_and_present_states_of_streams_can_be_read()
    {
        using var moderator = _service.Client("moderator");
        using var reader = _service.Client();
        using var admin = _service.Client("admin");
        using var @operator = _service.Client("operator");
        var article = Some.Id();
        await _service.Decide<global::Comments.Threads.ArticleCopy>(
            $"article-{article}", copy => global::Comments.Threads.ArticleCopy.ApplyVersion(copy, new(1, false)));
        var id = (await reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Well said." }))
            .As<JsonElement>()
            .GetProperty("id")
            .GetGuid();
        (await moderator.Send($"POST /api/comments/{id}/hide", new { reason = "rude" })).Is(System.Net.HttpStatusCode.NoContent);

        var events = (await admin.Get<global::Platform.Web.Page<StoredEvent>>($"/admin/comments/streams/comment-{id}")).Items.ToArray();
        Assert.Equal(
            [("comment_posted", 1L, "anonymous"), ("comment_hidden", 2L, "moderator")], events.Select(e => (e.Type, e.Version, e.By!)));
        Assert.Equal("Ann", events[0].Data.GetProperty("author").GetString());
        var stored = await @operator.Get<global::Platform.Web.Page<StoredEvent>>($"/admin/comments/streams/comment-{id}");
        var masked = stored.Items.ToArray();
        Assert.Equal(
            (Masking.Mask, Masking.Mask),
            (masked[0].Data.GetProperty("author").GetString(), masked[0].Data.GetProperty("text").GetString()));
        Assert.Equal(article, masked[0].Data.GetProperty("articleId").GetGuid());
        foreach (var address in new[] { $"events?stream=comment-{id}", $"streams/comment-{id}", $"streams/comment-{id}/state" })
        {
            Assert.DoesNotContain("Well said.", (await @operator.Send($"GET /admin/comments/{address}")).Body, StringComparison.Ordinal);
            Assert.Contains("Well said.", (await admin.Send($"GET /admin/comments/{address}")).Body, StringComparison.Ordinal);
        }
        Assert.Equal("hidden", await State($"/admin/comments/streams/comment-{id}/state"));
        Assert.Equal("shown", await State($"/admin/comments/streams/comment-{id}/state?version=1"));
        Assert.Equal(
            "shown",
            await State($"/admin/comments/streams/comment-{id}/state?asOf={Uri.EscapeDataString($"{events[1].At.AddTicks(-10):O}")}"));
        (await admin.Send($"GET /admin/comments/streams/comment-{id}/state?version=3")).IsProblem(404, "2 versions");
        (await admin.Send($"GET /admin/comments/streams/comment-{id}/state?version=1&asOf=2026-01-01T00:00:00Z"))
            .IsProblem(400, "one of them");
        (await admin.Send("GET /admin/comments/streams/nobody")).IsProblem(404, "nobody");
        Assert.Equal(
            [events[1].Sequence],
            (await admin.Get<global::Platform.Web.Page<StoredEvent>>(
                $"/admin/comments/events?stream=comment-{id}&type=comment_hidden&limit=1")).Items.Select(e => e.Sequence));
        Assert.Equal(
            [events[1].Sequence, events[0].Sequence],
            (await admin.Get<global::Platform.Web.Page<StoredEvent>>(
                $"/admin/comments/events?stream=comment-{id}&order=newest")).Items.Select(e => e.Sequence));
        Assert.Equal(
            ["moderator"],
            (await admin.Get<global::Platform.Web.Page<StoredEvent>>(
                $"/admin/comments/events?stream=comment-{id}&people=true")).Items.Select(e => e.By));
        Assert.Equal(
            [1L],
            (await admin.Get<global::Platform.Web.Page<StoredEvent>>(
                $"/admin/comments/events?stream=comment-{id}&by=anonymous")).Items.Select(e => e.Version));
        (await admin.Send("GET /admin/comments/events?people=perhaps")).IsProblem(400);
        (await admin.Send("GET /admin/comments/events?limit=0")).IsProblem(400, "1 to 100");
        (await admin.Send("GET /admin/comments/events?from=yesterday")).IsProblem(400);

        async Task<string?> State(string address) =>
            (await admin.Get<JsonElement>(address)).GetProperty("state").GetProperty("status").GetString();
    }
}
