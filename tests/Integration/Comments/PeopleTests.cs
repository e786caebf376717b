using System.Net;
using System.Text.RegularExpressions;
using Comments;
using Integration.Replays;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Platform.Hosting;
using Xunit;
using Public = Platform.Contracts.Comments;

namespace Integration.Comments;

/// <summary>The comments service with a mail server.</summary>
public sealed class Correspondence : ServiceFixture<Comment>, IAsyncLifetime
{
    public const int EmailsPerDay = 4, ConfirmationsPerDay = 3;

    public SmtpStandIn Smtp { get; } = new();

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
        await Delivers(Messages.Published(article, 2));
        return article;
    }

    /// <summary>E-mails so far about an answer.</summary>
    public string[] Letters(Guid about) => [.. Smtp.Taken.Where(l => l.Contains($"{about:N}@", StringComparison.Ordinal))];

    public string[] To(string address) => [.. Smtp.Taken.Where(l => l.Contains(address, StringComparison.Ordinal))];

    /// <summary>Without the line breaks and escapes of the transfer.</summary>
    public static string Plain(string letter) =>
        letter.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);

    /// <summary>The e-mail that asks to confirm the address of this comment.</summary>
    public Task<string> Question(Guid comment) => Eventually.Get(
        () => Task.FromResult(Smtp.Taken.FirstOrDefault(l => Plain(l).Contains($"/{comment}/confirm?token=", StringComparison.Ordinal))),
        "the e-mail that asks to confirm the address is sent");

    /// <summary>Where confirming is done, out of the e-mail.</summary>
    public async Task<string> Link(Guid comment) =>
        $"api/comments/{comment}/confirm?token={Regex.Match(Plain(await Question(comment)), @"/confirm\?token=([\w-]+)").Groups[1].Value}";

    public async Task Confirm(Guid comment)
    {
        var link = await Link(comment);
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

/// <summary>What people leave about themselves: letters to them, what is kept of them, and that it can be erased.</summary>
public sealed partial class PeopleTests(Correspondence service) : IClassFixture<Correspondence>, IDisposable
{
    private const string Advertisement = "https://a.example https://b.example https://c.example";
    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _moderator = service.Client("moderator");

    [Fact]
    public async Task Answers_are_mailed_to_a_confirmed_address_once_when_readers_see_them_and_until_it_is_unsubscribed()
    {
        var (article, address) = (await service.Article(), $"{Some.Word("ann")}@example.org");
        var parent = await service.Post(article, "Well said?", address, notify: true);
        await service.Confirm(parent);
        var held = await service.Post(article, Advertisement, parent: parent, status: HttpStatusCode.Accepted);
        await service.Post(article, "I answer myself.", address, parent: parent);
        // A later letter has gone out, and none about the held answer.
        var marker = await service.Post(article, "Marker.", parent: parent);
        await Eventually.IsTrue(() => Task.FromResult(service.Letters(marker).Length == 1), "the letter about the answer is sent");
        Assert.Empty(service.Letters(held));
        Assert.Equal(2, service.To(address).Length);

        (await _moderator.Send($"POST /api/comments/{held}/approve")).Is(HttpStatusCode.NoContent);
        await Eventually.IsTrue(() => Task.FromResult(service.Letters(held).Length == 1), "the letter about the approved answer is sent");
        (await _moderator.Send($"POST /api/comments/{held}/hide", new { reason = "after all" })).Is(HttpStatusCode.NoContent);
        (await _moderator.Send($"POST /api/comments/{held}/restore")).Is(HttpStatusCode.NoContent);
        using var admin = service.Client("admin");
        foreach (var target in new[] { "bus", "readModel:comment-view", "readModel:thread" })
            Assert.Null((await admin.Replays("comments", target)).Error);

        var letter = service.Letters(marker).Single();
        Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click", letter, StringComparison.Ordinal);
        Assert.Contains($"/en/articles/{article}/comments/{marker}", Correspondence.Plain(letter), StringComparison.Ordinal);
        Assert.Contains($"/en/articles/{article}/comments/{parent}/unsubscribe?", Correspondence.Plain(letter), StringComparison.Ordinal);
        var header = Unsubscribe().Match(Regex.Replace(letter, @"\r?\n[ \t]+", " "));
        Assert.True(header.Success, letter);
        var stop = new Uri(header.Groups[1].Value).PathAndQuery.TrimStart('/');
        foreach (var call in new[] { "POST", "GET" })
            (await _reader.Send($"{call} /api/comments/{parent}/unsubscribe?token=guessed")).IsProblem(404);

        // A mail scanner opens the links; only a POST unsubscribes.
        using var scanner = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _reader.BaseAddress };
        (await scanner.Send($"GET /{stop}")).Is(HttpStatusCode.Redirect);
        var scanned = await service.Post(article, "Still told.", parent: parent);
        await Eventually.IsTrue(() => Task.FromResult(service.Letters(scanned).Length == 1), "opening the link did not unsubscribe");
        (await _reader.Send($"POST /{stop}")).Is(HttpStatusCode.OK);
        var other = await service.Post(article, "Another?", $"{Some.Word("ben")}@example.org", notify: true);
        var unwanted = await service.Post(article, "Nobody wants to know.", parent: parent);
        await service.Confirm(other);
        var second = await service.Post(article, "Yes.", parent: other);
        await Eventually.IsTrue(() => Task.FromResult(service.Letters(second).Length == 1), "a letter after that is sent");
        Assert.Empty(service.Letters(unwanted));
        Assert.Equal(4, service.To(address).Length);
    }

    [Fact]
    public async Task Letters_need_an_address() =>
        (await _reader.Send(
            $"POST /api/articles/{await service.Article()}/comments",
            new { author = "Ann", text = "Tell me.", notify = true })).IsProblem(400, "notify");

    [Fact]
    public async Task What_a_person_left_is_told_to_them_and_erased_from_tables_and_queues_and_stays_so_after_a_rebuild()
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
        await service.Bus.Hears<Public.CommentPosted>(c => c.CommentId == reply, "all is announced");
        Assert.NotNull(await service.Servers.TablesWith(word));

        var hash = EmailHash.Of(address.ToUpperInvariant());
        var export = (await _moderator.Send($"GET /api/people/{hash}")).Is(HttpStatusCode.OK).Body;
        foreach (var said in new[] { address, $"I am {word}.", $"I am {word}, and was.", $"{held}" })
            Assert.Contains(said, export, StringComparison.Ordinal);
        (await _moderator.Send("GET /api/people/ann@example.org")).IsProblem(400, "SHA-256");

        Assert.Contains(
            "\"comments\":2", (await _moderator.Send($"DELETE /api/people/{hash}")).Is(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        Assert.Contains(
            "\"comments\":0", (await _moderator.Send($"DELETE /api/people/{hash}")).Is(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        await Gone();
        await service.Bus.Hears<Public.CommentHidden>(h => h.CommentId == id, "readers see it no more");
        await service.Bus.Hears<Public.DiscussionChanged>(
            d => d.ArticleId == article && d.StreamVersion == 3 && d.Comments == 1, "it is not counted any more");
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
        await Gone();

        async Task Gone()
        {
            Assert.Null(await service.Servers.TablesWith(word));
            Assert.DoesNotContain(word, await service.Servers.Messages(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task What_readers_flag_is_shown_to_moderators_until_it_is_kept_or_hidden()
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
        (await _moderator.Get<global::Platform.Hosting.Page<FlaggedItem>>("/api/moderation/flags")).Items;

    [GeneratedRegex(@"List-Unsubscribe:\s*<([^>]+)>", RegexOptions.IgnoreCase)]
    private static partial Regex Unsubscribe();

    public void Dispose()
    {
        _reader.Dispose();
        _moderator.Dispose();
    }
}
