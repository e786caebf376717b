using System.Net;
using Feedback;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Platform.Hosting;
using Xunit;

namespace Integration.Feedback;

/// <summary>Answers by e-mail, through a real SMTP conversation; and what is erased.</summary>
public sealed class AnswerTests(Counter counter) : IClassFixture<Counter>, IDisposable
{
    private readonly HttpClient _editor = counter.Client("editor");

    [Fact]
    public async Task An_answer_is_one_letter_though_two_replicas_stand_by_and_the_read_model_is_rebuilt()
    {
        var second = await counter.Replica();
        var (ticket, key, marker) = (await Wrote("ann@example.org", lang: "ru"), $"{Some.Id()}", Some.Word("answer"));
        for (var i = 0; i < 3; i++)
            (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text = marker }, ifMatch: "*", key: key))
                .Is(HttpStatusCode.NoContent);
        await Becomes(ticket, Delivery.Sent);

        var store = counter.Services.GetRequiredService<IDocumentStore>();
        using (var daemon = await store.BuildProjectionDaemonAsync())
            await daemon.RebuildProjectionAsync<ContactTicket>(TestContext.Current.CancellationToken);
        await counter.IsWhatItsStreamsFoldTo<ContactTicket>("ticket-");

        // Whoever would send it again would have done so by the time another is sent.
        var other = await Wrote("bob@example.org");
        await Answers(other, "Another.");
        await Becomes(other, Delivery.Sent);
        var letter = Assert.Single(counter.Smtp.Taken, l => l.Contains(marker, StringComparison.Ordinal));
        Assert.Contains("To: ann@example.org", letter, StringComparison.Ordinal);
        Assert.DoesNotContain("Ann", letter, StringComparison.Ordinal);
        Assert.Contains($"Message-Id: <{Guid.Parse(key):N}@localhost>", letter, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(ContactTicket.Number(ticket), letter, StringComparison.Ordinal);
        Assert.Equal(TicketStatus.Answered, (await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Status);
        await counter.Stop(second);
    }

    [Fact]
    public async Task A_letter_waits_for_a_server_that_is_away_and_a_dead_address_is_told()
    {
        counter.Smtp.Away = true;
        var (ticket, gone) = (await Wrote("carl@example.org"), await Wrote("gone@example.org"));
        await Answers(ticket, "Later.");
        await Answers(gone, "Never.");
        Assert.Equal(Delivery.Waiting, Assert.Single((await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Answers).Delivery);
        counter.Smtp.Away = false;
        await Becomes(ticket, Delivery.Sent);
        await Becomes(gone, Delivery.Undeliverable);
        Assert.DoesNotContain(counter.Smtp.Taken, l => l.Contains("Never.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_hangs_up_gets_the_letter_again_under_the_same_id()
    {
        counter.Smtp.HangUpOnce = true;
        var (ticket, marker) = (await Wrote("dora@example.org"), Some.Word("answer"));
        await Answers(ticket, marker);
        await Becomes(ticket, Delivery.Sent);
        var letters = counter.Smtp.Taken.Where(l => l.Contains(marker, StringComparison.Ordinal)).ToArray();
        Assert.InRange(letters.Length, 1, 2);
        Assert.Single(
            letters.SelectMany(l => l.Split('\n')).Where(l => l.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase)).Distinct());
    }

    [Fact]
    public async Task Answering_needs_the_version_and_an_open_message()
    {
        var ticket = await Wrote("eve@example.org");
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
    public async Task What_a_person_left_is_erased_from_every_table()
    {
        var secret = Some.Word("zaphod");
        var ticket = await Wrote($"{secret}@example.org", name: $"Name {secret}", text: $"Text {secret}");
        await Answers(ticket, $"Dear {secret}");
        await Becomes(ticket, Delivery.Sent);
        using var desk = Desk();
        var article = await desk.Published("<p>The sumit</p>");
        var report = await desk.Reports(article, "sumit", comment: $"Comment {secret}", email: $"{secret.ToUpperInvariant()}@example.org");
        await desk.Reports(article, "sumit", comment: "Another's comment.", email: "other@example.org");
        Assert.NotEmpty(await Holding(secret));

        using var moderator = counter.Client("moderator");
        (await _editor.Send($"DELETE /api/feedback/people/{EmailHash.Plain($"{secret}@example.org")}")).IsProblem(403);
        (await moderator.Send("DELETE /api/feedback/people/ann@example.org")).IsProblem(400, "SHA-256");
        Assert.Equal(new Erased(1, 1), (await moderator.Send($"DELETE /api/feedback/people/{EmailHash.Plain($"{secret}@example.org")}"))
            .Is(HttpStatusCode.OK).As<Erased>());
        Assert.Equal(new Erased(0, 0), (await moderator.Send($"DELETE /api/feedback/people/{EmailHash.Plain($"{secret}@example.org")}"))
            .Is(HttpStatusCode.OK).As<Erased>());

        Assert.Empty(await Holding(secret));
        Assert.Equal("Another's comment.", Assert.Single((await desk.Item(report)).Reporters).Comment);
        Assert.True((await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Erased);
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text = "Hi." }, ifMatch: "*")).IsProblem(409, "erased");
        await counter.IsWhatItsStreamsFoldTo<ContactTicket>("ticket-");
        await counter.IsWhatItsStreamsFoldTo<TypoReport>("typo-");
    }

    [Fact]
    public async Task What_is_old_is_erased_by_itself()
    {
        var secret = Some.Word("marvin");
        var ticket = await Wrote($"{secret}@example.org", text: $"Text {secret}");
        using var desk = Desk();
        var report = await desk.Reports(await desk.Published("<p>The sumit</p>"), "sumit", comment: $"Comment {secret}");
        var erasure = counter.Services.GetRequiredService<Erasure>();
        var sent = (await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).ReceivedAt;
        await erasure.OlderThan(sent, TestContext.Current.CancellationToken);
        Assert.NotEmpty(await Holding(secret));
        // A replica looks when it starts: this one does so a year and a day later.
        counter.Clock.Advance(TimeSpan.FromDays(366));
        var later = await counter.Replica();
        await Eventually.IsTrue(async () => (await Holding(secret)).Count == 0, "what is old is erased");
        await counter.Stop(later);
        Assert.Equal((1, 0), ((await desk.Item(report)).Reports, (await desk.Item(report)).Reporters.Count));
    }

    private Desk Desk() =>
        new(counter.Client("editor"), counter.Client("editor"), counter.Bus, m => counter.Delivers(m), async c => await ProofOfWorkSolver.Solve(c));

    private async Task<List<string>> Holding(string text)
    {
        var tables = await counter.Servers.Query<string[]>(
            "select array_agg(format('%I.%I', schemaname, tablename)) from pg_tables where schemaname = 'feedback'");
        var holding = new List<string>();
        foreach (var table in tables!)
            if (await counter.Servers.Query<bool>($"select exists (select from {table} t where t::text ilike '%{text}%')"))
                holding.Add(table);
        Assert.InRange(tables.Length, 5, 100);
        return holding;
    }

    /// <summary>By somebody signed in, whom no limit stops, with a proof of work.</summary>
    private async Task<Guid> Wrote(string email, string name = "Ann", string text = "Hello.", string? lang = null)
    {
        var body = new { topic = "content", name, email, text, lang, consent = true, proof = await ProofOfWorkSolver.Solve(_editor) };
        return (await _editor.Send("POST /api/feedback/messages", body)).Is(HttpStatusCode.Accepted).As<TicketReceipt>().Ticket;
    }

    private async Task Answers(Guid ticket, string text) =>
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/answer", new { text }, ifMatch: "*")).Is(HttpStatusCode.NoContent);

    private Task Becomes(Guid ticket, Delivery delivery) =>
        Eventually.IsTrue(
            async () => (await _editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Answers.All(a => a.Delivery == delivery),
            $"the answer is {delivery}",
            TimeSpan.FromSeconds(90));

    public void Dispose() => _editor.Dispose();
}
