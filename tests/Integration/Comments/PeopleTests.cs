using System.Net;
using System.Text.RegularExpressions;
using Comments.Moderation;
using Comments.Posting;
using Comments.Threads;
using Integration.Replays;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Platform.PublicInput;
using Xunit;
using Public = Platform.Contracts.Comments;

namespace Integration.Comments;

/// <summary>The comments service with a mail server and low limits for e-mails.</summary>
public sealed class CommentsWithMail : ServiceFixture<Comment>, IAsyncLifetime
{
    public const int EmailsPerDay = 4, ConfirmationsPerDay = 3;

    public FakeSmtpServer Smtp { get; } = new();

    protected override void Configure(IWebHostBuilder host)
    {
        host.UseSetting("Visitors:PerHour", "0");
        host.UseSetting("Mail:Host", "127.0.0.1");
        host.UseSetting("Mail:Port", $"{Smtp.Port}");
        host.UseSetting("Mail:Tls", "None");
        host.UseSetting("Comments:EmailsPerDay", $"{EmailsPerDay}");
        host.UseSetting("Comments:ConfirmationsPerDay", $"{ConfirmationsPerDay}");
    }

    public async Task<Guid> Article()
    {
        var article = Some.Id();
        await PublishAndWait(Messages.Published(article, 2));
        return article;
    }

    /// <summary>The e-mails about a reply that were sent so far.</summary>
    public string[] EmailsAbout(Guid reply) => [.. Smtp.Taken.Where(e => e.Contains($"{reply:N}@", StringComparison.Ordinal))];

    public string[] EmailsTo(string address) => [.. Smtp.Taken.Where(e => e.Contains(address, StringComparison.Ordinal))];

    /// <summary>Removes the line breaks and escapes of the quoted-printable encoding.</summary>
    public static string Decode(string email) =>
        email.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);

    /// <summary>The e-mail that asks to confirm the address of this comment.</summary>
    public Task<string> ConfirmationEmail(Guid comment) => Eventually.Get(
        () => Task.FromResult(Smtp.Taken.FirstOrDefault(e => Decode(e).Contains($"/{comment}/confirm?token=", StringComparison.Ordinal))),
        "the e-mail that asks to confirm the address is sent");

    /// <summary>The path that confirms the address, with the token from the e-mail.</summary>
    public async Task<string> ConfirmationLink(Guid comment)
    {
        var token = Regex.Match(Decode(await ConfirmationEmail(comment)), @"/confirm\?token=([\w-]+)").Groups[1].Value;
        return $"api/comments/{comment}/confirm?token={token}";
    }

    public async Task Confirm(Guid comment)
    {
        var link = await ConfirmationLink(comment);
        using var owner = Client();
        foreach (var _ in Enumerable.Range(0, 2)) (await owner.Send($"POST /{link}")).Is(HttpStatusCode.NoContent);
    }

    public async Task<Guid> Post(
        Guid article,
        string text,
        string? email = null,
        Guid? parent = null,
        bool notify = false,
        HttpStatusCode status = HttpStatusCode.Created,
        string author = "Ann")
    {
        using var reader = Client();
        var answer = await reader.Send($"POST /api/articles/{article}/comments", new { author, text, parentId = parent, email, notify });
        return answer.Is(status).As<CommentReceipt>().Id;
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Smtp.DisposeAsync();
    }
}

/// <summary>E-mails to people who commented, and the export and erasure of their data.</summary>
public sealed partial class PeopleTests(CommentsWithMail service) : IClassFixture<CommentsWithMail>, IDisposable
{
    private const string Advertisement = "https://a.example https://b.example https://c.example";
    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _moderator = service.Client("moderator");

    [Fact]
    public async Task A_visible_reply_is_announced_once_to_a_confirmed_address_until_its_owner_unsubscribes()
    {
        var (article, address) = (await service.Article(), $"{Some.Word("ann")}@example.org");
        var parent = await service.Post(article, "Well said?", address, notify: true);
        await service.Confirm(parent);
        var held = await service.Post(article, Advertisement, parent: parent, status: HttpStatusCode.Accepted);
        await service.Post(article, "I answer myself.", address, parent: parent);
        // A later e-mail was sent, but none about the held reply.
        var marker = await service.Post(article, "Marker.", parent: parent);
        await Eventually.IsTrue(() => Task.FromResult(service.EmailsAbout(marker).Length == 1), "the e-mail about the reply is sent");
        Assert.Empty(service.EmailsAbout(held));
        Assert.Equal(2, service.EmailsTo(address).Length);

        (await _moderator.Send($"POST /api/comments/{held}/approve")).Is(HttpStatusCode.NoContent);
        await Eventually.IsTrue(
            () => Task.FromResult(service.EmailsAbout(held).Length == 1), "the e-mail about the approved reply is sent");
        (await _moderator.Send($"POST /api/comments/{held}/hide", new { reason = "after all" })).Is(HttpStatusCode.NoContent);
        (await _moderator.Send($"POST /api/comments/{held}/restore")).Is(HttpStatusCode.NoContent);
        using var admin = service.Client("admin");
        foreach (var target in new[] { "bus", "readModel:comment-view", "readModel:thread" })
            Assert.Null((await admin.Replays("comments", target)).Error);

        var email = service.EmailsAbout(marker).Single();
        Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click", email, StringComparison.Ordinal);
        Assert.Contains($"/en/articles/{article}/comments/{marker}", CommentsWithMail.Decode(email), StringComparison.Ordinal);
        Assert.Contains($"/en/articles/{article}/comments/{parent}/unsubscribe?", CommentsWithMail.Decode(email), StringComparison.Ordinal);
        var header = Unsubscribe().Match(Regex.Replace(email, @"\r?\n[ \t]+", " "));
        Assert.True(header.Success, email);
        var stop = new Uri(header.Groups[1].Value).PathAndQuery.TrimStart('/');
        foreach (var call in new[] { "POST", "GET" })
            (await _reader.Send($"{call} /api/comments/{parent}/unsubscribe?token=guessed")).IsProblem(404);

        // A mail scanner opens the links; only a POST unsubscribes.
        using var scanner = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _reader.BaseAddress };
        (await scanner.Send($"GET /{stop}")).Is(HttpStatusCode.Redirect);
        var scanned = await service.Post(article, "Still subscribed.", parent: parent);
        await Eventually.IsTrue(
            () => Task.FromResult(service.EmailsAbout(scanned).Length == 1), "the person is still subscribed after the link was opened");
        (await _reader.Send($"POST /{stop}")).Is(HttpStatusCode.OK);
        var other = await service.Post(article, "Another?", $"{Some.Word("ben")}@example.org", notify: true);
        var unwanted = await service.Post(article, "Not wanted any more.", parent: parent);
        await service.Confirm(other);
        var second = await service.Post(article, "Yes.", parent: other);
        await Eventually.IsTrue(() => Task.FromResult(service.EmailsAbout(second).Length == 1), "a later e-mail is sent");
        Assert.Empty(service.EmailsAbout(unwanted));
        Assert.Equal(4, service.EmailsTo(address).Length);
    }

    [Fact]
    public async Task Notifications_require_an_address() =>
        (await _reader.Send(
            $"POST /api/articles/{await service.Article()}/comments",
            new { author = "Ann", text = "Tell me.", notify = true })).IsProblem(400, "notify");

    [Fact]
    public async Task The_data_of_a_person_can_be_exported_and_erased_and_stays_erased_after_a_rebuild()
    {
        var (article, word) = (await service.Article(), Some.Word("confidential"));
        var (address, secret) = ($"{word}@example.org", "a secret of the test's own");
        using var author = service.Client();
        author.DefaultRequestHeaders.Add(EditToken.Header, secret);
        var id = (await author.Send(
            $"POST /api/articles/{article}/comments",
            new { author = word, text = $"I am {word}.", email = address, notify = true })).Is(
                HttpStatusCode.Created).As<CommentReceipt>().Id;
        (await author.Send($"PUT /api/comments/{id}", new { text = $"I am {word}, and was." })).Is(HttpStatusCode.OK);
        var held = await service.Post(article, $"{Advertisement} {word}", address, status: HttpStatusCode.Accepted);
        var reply = await service.Post(article, "Pleased to meet you.", parent: id);
        await service.Bus.WaitFor<Public.CommentPosted>(c => c.CommentId == reply, "all comments are published");
        Assert.NotNull(await service.Servers.TablesWith(word));

        var hash = EmailHash.Of(address.ToUpperInvariant());
        var export = (await _moderator.Send($"GET /api/people/{hash}")).Is(HttpStatusCode.OK).Body;
        foreach (var data in new[] { address, $"I am {word}.", $"I am {word}, and was.", $"{held}" })
            Assert.Contains(data, export, StringComparison.Ordinal);
        (await _moderator.Send("GET /api/people/ann@example.org")).IsProblem(400, "SHA-256");

        Assert.Contains(
            "\"comments\":2", (await _moderator.Send($"DELETE /api/people/{hash}")).Is(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        Assert.Contains(
            "\"comments\":0", (await _moderator.Send($"DELETE /api/people/{hash}")).Is(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        await AssertGone();
        await service.Bus.WaitFor<Public.CommentHidden>(h => h.CommentId == id, "the comment is removed for readers");
        await service.Bus.WaitFor<Public.DiscussionChanged>(
            d => d.ArticleId == article && d.StreamVersion == 3 && d.Comments == 1, "the comment is no longer counted");
        var tombstone = (await _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=9")).Single();
        Assert.Equal((true, reply), (tombstone.Removed, tombstone.Replies!.Items.Single().Id));
        (await author.Send($"PUT /api/comments/{id}", new { text = word })).IsProblem(403);

        using var admin = service.Client("admin");
        foreach (var model in new[] { "comment-view", "thread", "discussion" })
        {
            var replay = await admin.Replays("comments", $"readModel:{model}");
            Assert.Equal((null, 0), (replay.Error, replay.Comparison!.Differences()));
        }
        Assert.Null((await admin.Replays("comments", "bus", scope: new { stream = $"comment-{id}" })).Error);
        await AssertGone();

        async Task AssertGone()
        {
            Assert.Null(await service.Servers.TablesWith(word));
            Assert.DoesNotContain(word, await service.Servers.Messages(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_flagged_comment_is_listed_until_a_moderator_keeps_or_hides_it()
    {
        var article = await service.Article();
        var (often, once) = (await service.Post(article, "Rude."), await service.Post(article, "Less rude."));
        foreach (var reason in new[] { "abuse", "spam" })
        {
            using var visitor = service.Client();
            foreach (var _ in Enumerable.Range(0, 2))
                (await visitor.Send($"POST /api/comments/{often}/flag", new { reason })).Is(HttpStatusCode.NoContent);
            if (reason == "spam") (await visitor.Send($"POST /api/comments/{once}/flag", new { reason })).Is(HttpStatusCode.NoContent);
        }
        Assert.Equal([(often, 2), (once, 1)], (await Flags()).Select(f => (f.Comment.Id, f.Flags)));
        (await _moderator.Send($"POST /api/comments/{often}/keep")).Is(HttpStatusCode.NoContent);
        (await _moderator.Send($"POST /api/comments/{once}/hide", new { reason = "rude" })).Is(HttpStatusCode.NoContent);
        Assert.Empty(await Flags());
        (await _reader.Send($"POST /api/comments/{often}/flag", new { reason = "other" })).Is(HttpStatusCode.NoContent);
        Assert.Equal([FlagReason.Other], Assert.Single(await Flags()).Reasons);
        (await _reader.Send($"POST /api/comments/{once}/flag", new { reason = "other" })).IsProblem(404);
        (await _reader.Send($"POST /api/comments/{often}/flag", new { reason = "dull" })).IsProblem(400, "reason");
        (await _moderator.Send($"POST /api/comments/{often}/hide", new { reason = "rude" })).Is(HttpStatusCode.NoContent);
    }

    private async Task<IReadOnlyList<FlaggedItem>> Flags() =>
        (await _moderator.Get<global::Platform.Web.Page<FlaggedItem>>("/api/moderation/flags")).Items;

    [GeneratedRegex(@"List-Unsubscribe:\s*<([^>]+)>", RegexOptions.IgnoreCase)]
    private static partial Regex Unsubscribe();

    public void Dispose()
    {
        _reader.Dispose();
        _moderator.Dispose();
    }
}
