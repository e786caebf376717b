using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
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

    [Fact]
    public async Task The_pages_that_emails_link_to_ask_before_they_change_anything()
    {
        using var editor = await Platform.SignedIn("editor");
        using var moderator = await Platform.SignedIn("moderator");
        var (article, address) = (await editor.PublishDiscussed(), $"confirm-{Guid.CreateVersion7():N}@example.org");
        using var posted = await Platform.Reader.PostAsJsonAsync(
            $"/api/articles/{article}/comments", new { author = "Reader", text = "Tell me.", email = address, notify = true }, Cancelled);
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        var email = await Eventually.Get(
            () => Task.FromResult(Directory.GetFiles(Platform.MailFolder, "*.eml").Select(File.ReadAllText)
                .FirstOrDefault(m => m.Contains(address, StringComparison.Ordinal))),
            "the address is asked",
            Patience);
        var plain = Regex.Replace(email, "=\r?\n", "").Replace("=3D", "=", StringComparison.Ordinal);
        var confirm = Regex.Match(plain, @"/en/articles/\S+/confirm\?token=[\w-]+").Value;
        var token = confirm[(confirm.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var unsubscribe = confirm.Replace("/confirm?", "/unsubscribe?", StringComparison.Ordinal);

        foreach (var page in new[] { confirm, unsubscribe, confirm })
        {
            using var asked = await Platform.Reader.GetAsync(page, Cancelled);
            Assert.Equal((HttpStatusCode.OK, true), (asked.StatusCode, asked.Headers.CacheControl?.NoStore));
            Assert.Contains($"value=\"{token}\"", await asked.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
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
            var said = Regex.Match(await answer.Content.ReadAsStringAsync(Cancelled), "<p role=\"status\">([^.]*[.])").Groups[1].Value;
            return (answer.StatusCode, said);
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
