using System.Net;
using Feedback.Messages;
using Kit;
using Xunit;

namespace Integration.Feedback;

[Collection<FeedbackService>]
public class MessagesTests(FeedbackService service) : IDisposable
{
    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _editor = service.Client("editor");

    [Fact]
    public async Task Editors_can_read_and_close_a_message()
    {
        var ticket = await Send("There is a mistake.");
        Assert.Contains(
            await Inbox("open"),
            m => m.Id == ticket && m is { Text: "There is a mistake.", Email: "ann@example.org", Topic: Topic.Content });

        (await _editor.Send($"POST /api/feedback/messages/{ticket}/close")).Is(HttpStatusCode.NoContent);
        (await _editor.Send($"POST /api/feedback/messages/{ticket}/close")).Is(HttpStatusCode.NoContent);
        Assert.Equal(2, await service.Servers.Query<long>($"select version from feedback.mt_streams where id = 'ticket-{ticket}'"));
        Assert.DoesNotContain(await Inbox("open"), m => m.Id == ticket);
        Assert.Contains(await Inbox("closed"), m => m.Id == ticket);
    }

    [Fact]
    public async Task Repeated_requests_with_the_same_key_send_one_message()
    {
        var key = $"{Some.Id()}";
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => _reader.Send("POST /api/feedback/messages", Message("Once."), key: key)));
        Assert.All(answers, a => Assert.Equal(key, $"{a.Is(HttpStatusCode.Accepted).As<TicketReceipt>().Ticket}"));
        Assert.Equal(1, await service.Servers.Query<long>($"select version from feedback.mt_streams where id = 'ticket-{key}'"));
        (await _reader.Send("POST /api/feedback/messages", Message("Otherwise."), key: key)).IsProblem(409, "Idempotency-Key");
    }

    [Theory]
    [InlineData("{\"topic\":\"content\",\"name\":\"Ann\",\"email\":\"ann@example.org\"}", "text")]
    [InlineData("{\"topic\":\"content\",\"name\":\"Ann\",\"email\":\"ann@example.org\",\"text\":\" \"}", "text")]
    [InlineData("{\"topic\":\"content\",\"name\":\"Ann\",\"email\":\"nobody\",\"text\":\"x\"}", "email")]
    [InlineData("{\"topic\":\"gossip\",\"name\":\"Ann\",\"email\":\"ann@example.org\",\"text\":\"x\"}", "topic")]
    [InlineData("{\"topic\":1,\"name\":\"Ann\",\"email\":\"ann@example.org\",\"text\":\"x\"}", "topic")]
    [InlineData("{\"topic\":\"content\",\"name\":\"Ann\",\"email\":\"ann@example.org\",\"text\":\"x\",\"cc\":\"all\"}", "cc")]
    [InlineData("{\"topic\":\"content\",\"name\":\"Ann\",\"email\":\"ann@example.org\",\"text\":\"x\"}", "consent")]
    [InlineData("{\"topic\":\"content\",\"name\":\"Ann\",\"email\":\"a b@c d\",\"text\":\"x\",\"consent\":true}", "email")]
    [InlineData("[", "body")]
    public async Task A_malformed_message_is_rejected(string body, string says)
    {
        var before = await service.EventsStored();
        (await _reader.Send("POST /api/feedback/messages", body)).IsProblem(400, says);
        Assert.Equal(before, await service.EventsStored());
    }

    [Theory]
    [InlineData("GET /api/feedback/messages")]
    [InlineData("POST /api/feedback/messages/01900000-0000-7000-8000-000000000001/close")]
    public async Task Only_editors_can_read_messages(string call)
    {
        using var others = service.Client("moderator", "operator", "admin");
        (await _reader.Send(call)).IsProblem(401);
        (await others.Send(call)).IsProblem(403);
    }

    [Fact]
    public async Task Invalid_requests_of_editors_name_the_error()
    {
        (await _editor.Send($"POST /api/feedback/messages/{Some.Id()}/close")).IsProblem(404, "message");
        (await _editor.Send("GET /api/feedback/messages?status=all")).IsProblem(400, "status");
    }

    [Fact]
    public async Task Paging_returns_each_message_once_while_others_are_sent()
    {
        var old = new List<Guid>();
        for (var i = 0; i < 6; i++) old.Add(await Send($"Number {i}."));
        var more = 5;
        var walked = await _editor.Walk<InboxItem>(
            "/api/feedback/messages?limit=2", async () => { if (more-- > 0) await Send("Meanwhile."); });
        Assert.Equal(walked.Count, walked.Select(m => m.Id).Distinct().Count());
        Assert.Empty(old.Except(walked.Select(m => m.Id)));
    }

    [Fact]
    public async Task The_read_model_equals_the_folded_streams()
    {
        (await _editor.Send($"POST /api/feedback/messages/{await Send("It's done.")}/close")).Is(HttpStatusCode.NoContent);
        await service.AssertReadModelEqualsStreams<ContactTicket>("ticket-");
    }

    private static object Message(string text) => new { topic = "content", name = "Ann", email = "ann@example.org", text, consent = true };

    private async Task<Guid> Send(string text) =>
        (await _reader.Send("POST /api/feedback/messages", Message(text))).Is(HttpStatusCode.Accepted).As<TicketReceipt>().Ticket;

    private Task<List<InboxItem>> Inbox(string status) => _editor.Walk<InboxItem>($"/api/feedback/messages?limit=100&status={status}");

    public void Dispose()
    {
        _reader.Dispose();
        _editor.Dispose();
    }
}
