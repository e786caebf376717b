using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Comments of readers, from the comments service to the comment count of the articles service.</summary>
public class CommentingTests(RunningPlatform platform) : EndToEndTests(platform)
{
    [Fact]
    public async Task A_comment_increases_the_comment_count_of_its_article()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();

        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(article)).StatusCode);
        var watch = Stopwatch.StartNew();
        await Platform.Reader.WaitUntilCountIs(article, 1);
        AssertDuration("from the comment until it was counted", watch.Elapsed, limit: 2);
    }

    [Fact]
    public async Task A_comment_that_is_sent_many_times_concurrently_is_posted_once()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        var key = Guid.CreateVersion7();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Platform.Reader.Comment(article, key)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.StatusCode));
        Assert.Equal([key], await Platform.Reader.CommentIds(article));
        await Platform.Reader.WaitUntilCountIs(article, 1);
    }

    [Fact]
    public async Task A_message_that_is_sent_many_times_concurrently_is_stored_once_and_no_log_contains_its_address()
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

    [Fact]
    public async Task Pages_that_emails_link_to_change_nothing_before_the_reader_confirms()
    {
        using var editor = await Platform.SignedIn("editor");
        using var moderator = await Platform.SignedIn("moderator");
        var (article, address) = (await editor.PublishWithOpenDiscussion(), $"confirm-{Guid.CreateVersion7():N}@example.org");
        using var posted = await Platform.Reader.PostAsJsonAsync(
            $"/api/articles/{article}/comments", new { author = "Reader", text = "Tell me.", email = address, notify = true }, Cancelled);
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        var email = await Eventually.Get(
            () => Task.FromResult(Directory.GetFiles(Platform.MailFolder, "*.eml").Select(File.ReadAllText)
                .FirstOrDefault(m => m.Contains(address, StringComparison.Ordinal))),
            "the confirmation e-mail is sent",
            Patience);
        var plain = Regex.Replace(email, "=\r?\n", "").Replace("=3D", "=", StringComparison.Ordinal);
        var confirm = Regex.Match(plain, @"/en/articles/\S+/confirm\?token=[\w-]+").Value;
        var token = confirm[(confirm.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var unsubscribe = confirm.Replace("/confirm?", "/unsubscribe?", StringComparison.Ordinal);

        foreach (var page in new[] { confirm, unsubscribe, confirm })
        {
            using var response = await Platform.Reader.GetAsync(page, Cancelled);
            Assert.Equal((HttpStatusCode.OK, true), (response.StatusCode, response.Headers.CacheControl?.NoStore));
            Assert.Contains($"value=\"{token}\"", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
        Assert.Equal((true, false), await State());
        Assert.Equal((HttpStatusCode.NotFound, "This link is invalid or has expired."), await Press(confirm, "guessed"));
        Assert.Equal((HttpStatusCode.OK, "Your address is confirmed."), await Press(confirm, token));
        Assert.Equal((true, true), await State());
        Assert.Equal(
            (HttpStatusCode.OK, "You will receive no more e-mails about replies to this comment."), await Press(unsubscribe, token));
        Assert.Equal((false, true), await State());

        async Task<(HttpStatusCode, string)> Press(string page, string secret)
        {
            using var form = new FormUrlEncodedContent([new("token", secret)]);
            using var answer = await Platform.Reader.PostAsync(page.Split('?')[0], form, Cancelled);
            var message = Regex.Match(await answer.Content.ReadAsStringAsync(Cancelled), "<p role=\"status\">([^.]*[.])").Groups[1].Value;
            return (answer.StatusCode, message);
        }

        async Task<(bool Notify, bool Confirmed)> State()
        {
            var id = JsonNode.Parse(await posted.Content.ReadAsStringAsync(Cancelled))!["id"];
            var hash = (await moderator.Read($"/api/moderation/comments/{id}"))["comment"]!["emailHash"];
            var comment = (await moderator.Read($"/api/people/{hash}"))["items"]!.AsArray().Single()!;
            return (comment["notify"]!.GetValue<bool>(), comment["confirmedAt"] is not null);
        }
    }
}
