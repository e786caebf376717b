using System.Net;
using System.Text.RegularExpressions;
using Kit;
using Npgsql;
using Platform.PublicInput;
using Xunit;

namespace Integration.Comments;

/// <summary>E-mails about replies are sent only to confirmed addresses.</summary>
public sealed class AddressConfirmationTests(CommentsWithMail service) : IClassFixture<CommentsWithMail>, IDisposable
{
    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _moderator = service.Client("moderator");

    [Fact]
    public async Task An_unconfirmed_address_receives_one_email_with_fixed_text_and_no_other()
    {
        var (article, victim, words) = (await service.Article(), $"{Some.Word("victim")}@example.org", Some.Word("attackers"));
        var bait = await service.Post(article, $"{words} text", victim, notify: true, author: $"{words} author");
        var question = CommentsWithMail.Decode(await service.ConfirmationEmail(bait));
        foreach (var _ in Enumerable.Range(0, 3)) await service.Post(article, $"{words} answer", parent: bait, author: $"{words} answerer");

        // A confirmation for one comment does not apply to another comment with the same address.
        var own = await service.Post(article, "My own.", victim, notify: true);
        await service.Confirm(own);
        await service.Post(article, $"{words} once more", parent: bait);
        var marker = await service.Post(article, "Marker.", parent: own);
        await Eventually.IsTrue(
            () => Task.FromResult(service.EmailsAbout(marker).Length == 1), "the owner receives an e-mail about the reply");
        Assert.Equal(3, service.EmailsTo(victim).Length);
        Assert.All(service.EmailsTo(victim), e => Assert.DoesNotContain(words, CommentsWithMail.Decode(e), StringComparison.Ordinal));
        Assert.Contains("If that was not you, ignore this e-mail", question, StringComparison.Ordinal);
        (await _reader.Send($"POST /api/comments/{bait}/confirm?token=guessed")).IsProblem(404);
    }

    [Fact]
    public async Task Emails_to_one_address_are_limited_per_day()
    {
        var (article, address) = (await service.Article(), $"{Some.Word("eager")}@example.org");
        var comments = new List<Guid>();
        for (var i = 0; i < CommentsWithMail.ConfirmationsPerDay + 2; i++)
            comments.Add(await service.Post(article, $"Number {i}.", address, notify: true));
        await ReceivesExactly(CommentsWithMail.ConfirmationsPerDay);

        var sent = service.EmailsTo(address).Select(CommentsWithMail.Decode).ToArray();
        var confirmed = comments.First(c => sent.Any(e => e.Contains($"/comments/{c}/confirm", StringComparison.Ordinal)));
        await service.Confirm(confirmed);
        for (var i = 0; i < CommentsWithMail.EmailsPerDay + 2; i++) await service.Post(article, $"Answer {i}.", parent: confirmed);
        await ReceivesExactly(CommentsWithMail.ConfirmationsPerDay + CommentsWithMail.EmailsPerDay);

        async Task ReceivesExactly(int emails)
        {
            await Eventually.IsTrue(
                () => Task.FromResult(service.EmailsTo(address).Length >= emails), "the allowed number of e-mails is sent");
            // After two e-mails to another address, one of each kind, everything that was pending before them has been sent.
            var other = await service.Post(article, "Another.", $"{Some.Word("other")}@example.org", notify: true);
            await service.Confirm(other);
            var answer = await service.Post(article, "Answered.", parent: other);
            await Eventually.IsTrue(() => Task.FromResult(service.EmailsAbout(answer).Length == 1), "an e-mail to another address is sent");
            Assert.Equal(emails, service.EmailsTo(address).Length);
        }
    }

    [Fact]
    public async Task A_person_is_known_only_through_comments_with_a_confirmed_address()
    {
        var article = await service.Article();
        (await _moderator.Send($"PUT /api/moderation/policies/articles/{article}", new { mode = "firstHeld" })).Is(HttpStatusCode.Created);
        var address = $"{Some.Word("known")}@example.org";
        var first = await service.Post(article, "First.", address, notify: true, status: HttpStatusCode.Accepted);
        (await _moderator.Send($"POST /api/comments/{first}/approve")).Is(HttpStatusCode.NoContent);
        var question = await service.ConfirmationEmail(first);
        await service.Post(article, "Not confirmed.", address, status: HttpStatusCode.Accepted);
        Assert.NotEmpty(question);
        await service.Confirm(first);
        await service.Post(article, "Confirmed.", address.ToUpperInvariant());
        var export = (await _moderator.Send($"GET /api/people/{EmailHash.Of(address)}")).Is(HttpStatusCode.OK).Body;
        Assert.Single(Regex.Matches(export, "confirmedAt"));
    }

    [Fact]
    public async Task Unsubscribing_while_the_address_is_being_erased_does_not_restore_it()
    {
        var (article, word) = (await service.Article(), Some.Word("erased"));
        var parent = await service.Post(article, "Forget me.", $"{word}@example.org", notify: true);
        var link = await service.ConfirmationLink(parent);
        await using var database = NpgsqlDataSource.Create(service.Servers.Database);
        await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var erasure = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var sql = $"delete from comments.mt_doc_commentcontact where id = 'comment-{parent}'";
        await using (var delete = new NpgsqlCommand(sql, connection, erasure))
            Assert.Equal(1, await delete.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        var unsubscribing = _reader.Send($"POST /{link.Replace("/confirm", "/unsubscribe", StringComparison.Ordinal)}");
        await Eventually.IsTrue(async () => await service.Servers.Query<long>(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%mt_doc_commentcontact%'") > 0,
            "unsubscribing waits for the erasure");
        await erasure.CommitAsync(TestContext.Current.CancellationToken);
        (await unsubscribing).Is(HttpStatusCode.OK);
        Assert.Equal(0, await service.Servers.Query<long>(
            $"select count(*) from comments.mt_doc_commentcontact where data::text like '%{word}%'"));
    }

    public void Dispose()
    {
        _reader.Dispose();
        _moderator.Dispose();
    }
}
