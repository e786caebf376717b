using System.Net;
using Feedback;
using Feedback.Messages;
using Feedback.Typos;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Platform.PublicInput;
using Xunit;

namespace Integration.Feedback;

/// <summary>Answers by e-mail through an SMTP server, and the erasure of personal data.</summary>
public sealed class AnswerTests(InternetFacingFeedback service) : IClassFixture<InternetFacingFeedback>, IDisposable
{
    private readonly HttpClient _editor = service.Client("editor");

    [Fact]
    public async Task An_answer_is_sent_once_despite_two_replicas_and_a_rebuilt_read_model()
    {
        var second = await service.Replica();
        var (ticket, key, marker) = (await SendMessage("ann@example.org", lang: "ru"), $"{Some.Id()}", Some.Word("answer"));
        for (var i = 0; i < 3; i++)
            (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text = marker }, ifMatch: "*", key: key))
                .Is(HttpStatusCode.NoContent);
        await DeliveryBecomes(ticket, Delivery.Sent);

        var store = service.Services.GetRequiredService<IDocumentStore>();
        using (var daemon = await store.BuildProjectionDaemonAsync())
            await daemon.RebuildProjectionAsync<ContactTicket>(TestContext.Current.CancellationToken);
        await service.AssertReadModelEqualsStreams<ContactTicket>("ticket-");

        // When the next e-mail has been sent, a duplicate of the first one would have been sent too.
        var other = await SendMessage("bob@example.org");
        await Answer(other, "Another.");
        await DeliveryBecomes(other, Delivery.Sent);
        var email = Assert.Single(service.Smtp.Taken, e => e.Contains(marker, StringComparison.Ordinal));
        Assert.Contains("To: ann@example.org", email, StringComparison.Ordinal);
        Assert.DoesNotContain("Ann", email, StringComparison.Ordinal);
        Assert.Contains($"Message-Id: <{Guid.Parse(key):N}@localhost>", email, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(ContactTicket.Number(ticket), email, StringComparison.Ordinal);
        Assert.Equal(TicketStatus.Answered, (await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Status);
        await service.Stop(second);
    }

    [Fact]
    public async Task An_email_waits_for_an_unavailable_server_and_a_rejected_address_is_undeliverable()
    {
        service.Smtp.Away = true;
        var (ticket, gone) = (await SendMessage("carl@example.org"), await SendMessage("gone@example.org"));
        await Answer(ticket, "Later.");
        await Answer(gone, "Never.");
        Assert.Equal(Delivery.Waiting, Assert.Single((await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Answers).Delivery);
        service.Smtp.Away = false;
        await DeliveryBecomes(ticket, Delivery.Sent);
        await DeliveryBecomes(gone, Delivery.Undeliverable);
        Assert.DoesNotContain(service.Smtp.Taken, e => e.Contains("Never.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_lost_connection_the_email_is_sent_again_with_the_same_id()
    {
        service.Smtp.HangUpOnce = true;
        var (ticket, marker) = (await SendMessage("dora@example.org"), Some.Word("answer"));
        await Answer(ticket, marker);
        await DeliveryBecomes(ticket, Delivery.Sent);
        var emails = service.Smtp.Taken.Where(e => e.Contains(marker, StringComparison.Ordinal)).ToArray();
        Assert.InRange(emails.Length, 1, 2);
        Assert.Single(
            emails.SelectMany(e => e.Split('\n')).Where(l => l.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase)).Distinct());
    }

    [Fact]
    public async Task Answering_requires_the_version_and_an_open_message()
    {
        var ticket = await SendMessage("eve@example.org");
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text = "Hi." })).IsProblem(428);
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text = "Hi." }, ifMatch: "\"9\"")).IsProblem(412);
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text = " " }, ifMatch: "*")).IsProblem(400, "text");
        (await _editor.Send($"POST /api/feedback/messages/{Some.Id()}/answer", new { text = "Hi." }, ifMatch: "*")).IsProblem(404);
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/close")).Is(HttpStatusCode.NoContent);
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text = "Hi." }, ifMatch: "*")).IsProblem(409, "closed");
        var state = await _editor.Get<TicketState>($"/api/feedback/tickets/{ticket}");
        Assert.Equal((ContactTicket.Number(ticket), TicketStatus.Closed), (state.Number, state.Status));
    }

    [Fact]
    public async Task The_data_of_a_person_is_erased_from_every_table()
    {
        var secret = Some.Word("zaphod");
        var ticket = await SendMessage($"{secret}@example.org", name: $"Name {secret}", text: $"Text {secret}");
        await Answer(ticket, $"Dear {secret}");
        await DeliveryBecomes(ticket, Delivery.Sent);
        using var typos = Typos();
        var article = await typos.PublishArticle("<p>The sumit</p>");
        var report = await typos.Report(article, "sumit", comment: $"Comment {secret}", email: $"{secret.ToUpperInvariant()}@example.org");
        await typos.Report(article, "sumit", comment: "Another's comment.", email: "other@example.org");
        Assert.NotEmpty(await TablesWith(secret));

        using var moderator = service.Client("moderator");
        (await _editor.Send($"DELETE /api/feedback/people/{EmailHash.Plain($"{secret}@example.org")}")).IsProblem(403);
        (await moderator.Send("DELETE /api/feedback/people/ann@example.org")).IsProblem(400, "SHA-256");
        Assert.Equal(new Erased(1, 1), (await moderator.Send($"DELETE /api/feedback/people/{EmailHash.Plain($"{secret}@example.org")}"))
            .Is(HttpStatusCode.OK).As<Erased>());
        Assert.Equal(new Erased(0, 0), (await moderator.Send($"DELETE /api/feedback/people/{EmailHash.Plain($"{secret}@example.org")}"))
            .Is(HttpStatusCode.OK).As<Erased>());

        Assert.Empty(await TablesWith(secret));
        Assert.Equal("Another's comment.", Assert.Single((await typos.Item(report)).Reporters).Comment);
        Assert.True((await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Erased);
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text = "Hi." }, ifMatch: "*")).IsProblem(409, "erased");
        await service.AssertReadModelEqualsStreams<ContactTicket>("ticket-");
        await service.AssertReadModelEqualsStreams<TypoReport>("typo-");
    }

    [Fact]
    public async Task Old_personal_data_is_erased_automatically()
    {
        var secret = Some.Word("marvin");
        var ticket = await SendMessage($"{secret}@example.org", text: $"Text {secret}");
        using var typos = Typos();
        var report = await typos.Report(await typos.PublishArticle("<p>The sumit</p>"), "sumit", comment: $"Comment {secret}");
        var erasure = service.Services.GetRequiredService<Erasure>();
        var sent = (await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).ReceivedAt;
        await erasure.OlderThan(sent, TestContext.Current.CancellationToken);
        Assert.NotEmpty(await TablesWith(secret));
        // A replica erases old data when it starts. This one starts a year and a day later.
        service.Clock.Advance(TimeSpan.FromDays(366));
        var later = await service.Replica();
        await Eventually.IsTrue(async () => (await TablesWith(secret)).Count == 0, "the old data is erased");
        await service.Stop(later);
        Assert.Equal((1, 0), ((await typos.Item(report)).Reports, (await typos.Item(report)).Reporters.Count));
    }

    private TypoWorkflow Typos() =>
        new(
            service.Client("editor"),
            service.Client("editor"),
            service.Bus,
            m => service.PublishAndWait(m),
            async c => await ProofOfWorkSolver.Solve(c));

    private async Task<List<string>> TablesWith(string text)
    {
        var tables = await service.Servers.Query<string[]>(
            "select array_agg(format('%I.%I', schemaname, tablename)) from pg_tables where schemaname = 'feedback'");
        var found = new List<string>();
        foreach (var table in tables!)
            if (await service.Servers.Query<bool>($"select exists (select from {table} t where t::text ilike '%{text}%')"))
                found.Add(table);
        Assert.InRange(tables.Length, 5, 100);
        return found;
    }

    /// <summary>Sends a message as a signed-in editor, because the limit per hour does not apply to signed-in users.</summary>
    private async Task<Guid> SendMessage(string email, string name = "Ann", string text = "Hello.", string? lang = null)
    {
        var body = new { topic = "content", name, email, text, lang, consent = true, proof = await ProofOfWorkSolver.Solve(_editor) };
        return (await _editor.Send("POST /api/feedback/messages", body)).Is(HttpStatusCode.Accepted).As<TicketReceipt>().Ticket;
    }

    private async Task Answer(Guid ticket, string text) =>
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text }, ifMatch: "*")).Is(HttpStatusCode.NoContent);

    private Task DeliveryBecomes(Guid ticket, Delivery delivery) =>
        Eventually.IsTrue(
            async () => (await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Answers.All(a => a.Delivery == delivery),
            $"the answer is {delivery}",
            TimeSpan.FromSeconds(90));

    public void Dispose() => _editor.Dispose();
}
