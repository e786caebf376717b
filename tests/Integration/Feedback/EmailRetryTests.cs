using System.Net;
using Feedback.Messages;
using Kit;
using Marten;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Integration.Feedback;

/// <summary>Addresses that the mail server rejects temporarily each time.</summary>
public sealed class EmailRetryTests(EmailRetryTests.Service service) : IClassFixture<EmailRetryTests.Service>
{
    [Fact]
    public async Task A_hundred_addresses_that_are_always_rejected_do_not_delay_other_emails()
    {
        await using (var session = service.Services.GetRequiredService<IDocumentStore>().LightweightSession())
        {
            foreach (var number in Enumerable.Range(1, 100))
                session.Events.StartStream<ContactTicket>(
                    ContactTicket.Stream(Some.Id()),
                    new MessageReceived(Topic.General, "Ann", $"busy{number}@example.org", "Hello.", DateTimeOffset.UnixEpoch),
                    new TicketAnswered(Some.Id(), "Refused.", DateTimeOffset.UnixEpoch));
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await DeliveryBecomes(await SendAnswered("ann@example.org"), Delivery.Sent);
    }

    [Fact]
    public async Task An_email_that_is_rejected_for_days_is_undeliverable()
    {
        var ticket = await SendAnswered("busy@example.org");
        await DeliveryBecomes(ticket, Delivery.Undeliverable);
        const string Codes = "select (data ->> 'code')::int from feedback.mt_events where type = 'answer_undeliverable'";
        Assert.Equal(450, await service.Servers.Query<int>($"{Codes} and stream_id = 'ticket-{ticket}'"));
    }

    private async Task<Guid> SendAnswered(string email)
    {
        using var editor = service.Client("editor");
        var message = new { topic = "content", name = "Ann", email, text = "Hello.", consent = true };
        var ticket = (await editor.Send("POST /api/feedback/messages", message)).Is(HttpStatusCode.Accepted).As<TicketReceipt>().Ticket;
        var answer = new { text = "Hi." };
        (await editor.Send($"POST /api/feedback/messages/{ticket}/answer", answer, ifMatch: "*")).Is(HttpStatusCode.NoContent);
        return ticket;
    }

    private async Task DeliveryBecomes(Guid ticket, Delivery delivery)
    {
        using var editor = service.Client("editor");
        await Eventually.IsTrue(
            async () => (await editor.Get<InboxItem>($"/api/feedback/messages/{ticket}")).Answers.All(a => a.Delivery == delivery),
            $"the answer is {delivery}",
            TimeSpan.FromSeconds(90));
    }

    /// <summary>
    /// The feedback service with a mail server that can answer "try again later". It gives up after 5 seconds, not 5 days.
    /// </summary>
    public sealed class Service : ServiceFixture<ContactTicket>, IAsyncLifetime
    {
        private readonly FakeSmtpServer _smtp = new();

        protected override void Configure(IWebHostBuilder host)
        {
            host.UseSetting("Mail:Host", "127.0.0.1");
            host.UseSetting("Mail:Port", $"{_smtp.Port}");
            host.UseSetting("Mail:Tls", "None");
            host.UseSetting("Mail:GiveUpAfter", "00:00:05");
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            await DisposeAsync();
            await _smtp.DisposeAsync();
        }
    }
}
