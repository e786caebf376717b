using System.Text;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Roles are checked by the gateway and again by the service.</summary>
public class RoleTests(RunningPlatform platform) : EndToEndTests(platform)
{
    private static readonly string[] Roles = ["editor", "moderator", "operator", "admin"];
    private static readonly Guid Id = Guid.CreateVersion7();

    public static TheoryData<string, string, string, string> GuardedOperations => new()
    {
        { "editor", "articles-1", "PUT", $"/api/articles/{Id}" },
        { "editor", "articles-1", "GET", $"/api/articles/{Id}/draft" },
        { "editor", "articles-1", "POST", $"/api/articles/{Id}/publish" },
        { "editor", "articles-1", "POST", $"/api/articles/{Id}/retract" },
        { "editor", "articles-1", "PUT", "/api/sections/news" },
        { "moderator", "comments-1", "GET", "/api/moderation/comments" },
        { "moderator", "comments-1", "POST", $"/api/comments/{Id}/approve" },
        { "moderator", "comments-1", "POST", $"/api/comments/{Id}/hide" },
        { "operator", "currency-rates-1", "PUT", "/api/rates/sheets/2020-01-15" },
        { "editor", "feedback-1", "GET", "/api/feedback/messages" },
        { "editor", "feedback-1", "POST", $"/api/feedback/messages/{Id}/close" },
        { "editor", "feedback-1", "POST", $"/api/feedback/messages/{Id}/answer" },
        { "editor", "feedback-1", "GET", $"/api/feedback/messages/{Id}" },
        { "editor", "feedback-1", "GET", "/api/feedback/typos" },
        { "editor", "feedback-1", "GET", "/api/feedback/typos/articles" },
        { "editor", "feedback-1", "POST", $"/api/feedback/typos/{Id}/accept" },
        { "editor", "feedback-1", "POST", $"/api/feedback/typos/{Id}/reject" },
        { "editor", "feedback-1", "POST", $"/api/feedback/typos/{Id}/reopen" },
        { "editor", "feedback-1", "GET", "/api/feedback/statistics" },
        { "moderator", "feedback-1", "DELETE", $"/api/feedback/people/{Id:N}{Id:N}" },
    };

    [Theory]
    [MemberData(nameof(GuardedOperations))]
    public async Task Gateway_and_service_accept_only_the_required_role(string role, string replica, string method, string path)
    {
        using var atService = await Platform.Directly(replica);
        foreach (var (client, where) in new[] { (Platform.Reader, "gateway"), (atService, replica) })
        {
            Assert.Equal((where, 401), (where, await Status(client, method, path, null)));
            Assert.Equal((where, 401), (where, await Status(client, method, path, "no.real.token")));
            foreach (var other in Roles.Where(r => r != role))
                Assert.Equal((where, other, 403), (where, other, await Status(client, method, path, await Platform.Token(other))));
            Assert.DoesNotContain(await Status(client, method, path, await Platform.Token(role)), new[] { 401, 403 });
        }
    }

    private static async Task<int> Status(HttpClient client, string method, string path, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        using var answer = await client.SendAsync(request, Cancelled);
        if (!answer.IsSuccessStatusCode) Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (int)answer.StatusCode;
    }
}
