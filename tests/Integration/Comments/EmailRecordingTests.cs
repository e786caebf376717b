using System.Collections.Concurrent;
using Kit;
using Marten;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.EventSourcing;
using Platform.PublicInput;
using Xunit;

namespace Integration.Comments;

/// <summary>Sending e-mails while the store cannot record that they were sent.</summary>
public sealed class EmailRecordingTests(EmailRecordingTests.Service service) : IClassFixture<EmailRecordingTests.Service>
{
    [Fact]
    public async Task If_sending_cannot_be_recorded_no_further_email_is_sent_and_none_is_sent_twice()
    {
        await Eventually.IsTrue(() => Task.FromResult(service.Outbox.Attempts >= 3), "recording was attempted three times");
        Assert.Single(Directory.GetFiles(service.Folder, "*.eml"));

        service.Outbox.StoreIsAvailable = true;
        await Eventually.IsTrue(() => Task.FromResult(service.Outbox.Recorded.Count >= 3), "all three e-mails are recorded as sent");
        Assert.Equal(service.Outbox.Emails.Select(e => e.Id), service.Outbox.Recorded);
        Assert.Equal(3, Directory.GetFiles(service.Folder, "*.eml").Length);
    }

    public sealed class Service : ServiceFixture<global::Comments.Posting.Comment>, IAsyncLifetime
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("emails").FullName;
        public Outbox Outbox { get; } = new();

        protected override void Configure(IWebHostBuilder host)
        {
            host.UseSetting("Mail:Folder", Folder);
            host.ConfigureTestServices(services => services.AddSingleton<IEmailOutbox>(Outbox));
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            await DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>Three pending e-mails; recording that one was sent fails until the store is available.</summary>
    public sealed class Outbox : IEmailOutbox
    {
        private int _attempts;

        public IReadOnlyList<Email> Emails { get; } =
            [.. Enumerable.Range(1, 3).Select(n =>
                new Email(new Guid(n, 0, 0, new byte[8]), $"comment-{n}", $"reader{n}@example.org", "", "A subject", "A text"))];

        public ConcurrentQueue<Guid> Recorded { get; } = new();
        public int Attempts => _attempts;
        public bool StoreIsAvailable { get; set; }

        public Task<IReadOnlyList<Email>> Pending(IQuerySession session, DateTimeOffset now, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<Email>>([.. Emails.Where(e => !Recorded.Contains(e.Id))]);

        public Task Sent(Email email, Decider decider, DateTimeOffset at, CancellationToken ct)
        {
            Interlocked.Increment(ref _attempts);
            if (!StoreIsAvailable) throw new NpgsqlException("The store is unavailable.");
            Recorded.Enqueue(email.Id);
            return Task.CompletedTask;
        }

        public Task Undeliverable(
            Email email,
            Decider decider,
            int code,
            DateTimeOffset at,
            CancellationToken ct) =>
            throw new InvalidOperationException("A folder accepts every e-mail.");
    }
}
