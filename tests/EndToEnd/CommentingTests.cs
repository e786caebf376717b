using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>A reader's comment, on its way through two services.</summary>
public class CommentingTests(RunningPlatform platform) : EndToEndTests(platform)
{
    [Fact]
    public async Task A_comment_raises_the_count_that_the_articles_service_shows()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();

        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(article)).StatusCode);
        var watch = Stopwatch.StartNew();
        await Platform.Reader.CountBecomes(article, 1);
        Took("comment to count", watch.Elapsed, promised: 2);
    }

    [Fact]
    public async Task One_comment_sent_many_times_at_once_is_posted_once()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
        var key = Guid.CreateVersion7();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Platform.Reader.Comment(article, key)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.StatusCode));
        Assert.Equal([key], await Platform.Reader.CommentIds(article));
        await Platform.Reader.CountBecomes(article, 1);
    }

    [Fact]
    public async Task A_message_sent_many_times_at_once_is_kept_once_and_its_address_is_in_no_log()
    {
        var address = $"private-{Guid.CreateVersion7():N}@example.org";
        var ticket = $"{Guid.CreateVersion7()}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/feedback/messages")
            {
                Content = JsonContent.Create(new { topic = "general", name = "Reader", email = address, text = "Text", consent = true }),
                Headers = { { "Idempotency-Key", ticket } },
            };
            return await Platform.Reader.SendAsync(request, Cancelled);
        }));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Accepted, a.StatusCode));
        using var editor = await Platform.SignedIn("editor");
        var inbox = (await editor.Read("/api/feedback/messages?limit=100"))["items"]!.AsArray();
        Assert.Single(inbox, m => m!["id"]!.ToString() == ticket);
        Assert.DoesNotContain(Platform.LogFiles(), file => File.ReadAllText(file).Contains(address, StringComparison.Ordinal));
    }
}
