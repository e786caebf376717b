using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace Platform.PublicInput;

/// <summary>
/// Finds the e-mails that are pending according to a service's state, and records the outcome of each. Because the state decides, an e-mail
/// whose sending was recorded is no longer pending.
/// </summary>
public interface IEmailOutbox
{
    /// <summary>
    /// The pending e-mails, oldest first; at most a hundred. The query must use <see cref="EmailRetry.MayBeSent"/> to leave out those whose
    /// next attempt is after <paramref name="now"/>.
    /// </summary>
    Task<IReadOnlyList<Email>> Pending(IQuerySession session, DateTimeOffset now, CancellationToken ct);

    /// <summary>Records that the mail server accepted the e-mail.</summary>
    Task Sent(Email email, Decider decider, DateTimeOffset at, CancellationToken ct);

    /// <summary>
    /// Records that the e-mail cannot be delivered: the server rejected it permanently, or temporarily for days. <paramref name="code"/> is
    /// its last reply code.
    /// </summary>
    Task Undeliverable(
        Email email,
        Decider decider,
        int code,
        DateTimeOffset at,
        CancellationToken ct);
}

/// <summary>
/// Sends pending e-mails. Every replica checks once a second; a lock in the database lets one replica at a time send. Both the request to
/// send and the sending are stored events, so a crash between them sends that one e-mail again, with the same Message-ID. There is no other
/// way to send an e-mail twice.
/// </summary>
public sealed partial class EmailSender(
    IEmailOutbox outbox,
    Mail mail,
    IDocumentStore store,
    GroupCommit group,
    LockSessions locks,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<EmailSender> log) : BackgroundService
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1), LongestPauseForServer = TimeSpan.FromMinutes(10);
    private readonly TimeSpan _giveUpAfter = configuration.GetValue("Mail:GiveUpAfter", TimeSpan.FromDays(5));
    private Email? _unrecorded; // accepted by the mail server, but the store does not know it yet

    /// <summary>Adds the sender of the e-mails that <typeparamref name="T"/> finds.</summary>
    public static void Add<T>(IServiceCollection services) where T : class, IEmailOutbox =>
        services.AddSingleton<Mail>().AddSingleton<IEmailOutbox, T>().AddHostedService<EmailSender>()
            .ConfigureMarten(store => store.Schema.For<EmailRetry>()
                .Duplicate(r => r.Waiting, notNull: true)
                .Duplicate(r => r.NextAt, notNull: true));

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        PeriodicWork.Repeat(CheckInterval, clock, SendPending, e => LoadFailed(log, e.GetType().Name), stoppingToken);

    private async Task SendPending(CancellationToken ct)
    {
        // While a sent e-mail is not recorded, nothing else is sent: each e-mail whose sending cannot be recorded would be sent twice.
        if (_unrecorded is { } accepted) await Record(accepted, ct);
        // One time for the whole round, so that no e-mail is tried twice in it while others wait.
        var now = clock.Now();
        if ((await Pending(now, ct)).Count == 0) return;
        await using var mailLock = await locks.Acquire("mail", ct);
        if (mailLock is null) return;
        // Queried again before each e-mail, because meanwhile another replica may have sent it, or the recipient's data may have been
        // erased.
        while (await Pending(now, ct) is [var email, ..])
        {
            // If the lock was lost, another replica may be sending already.
            await mailLock.Check(ct);
            if (!await Deliver(email, ct)) return;
        }
    }

    private async Task<IReadOnlyList<Email>> Pending(DateTimeOffset now, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var due = await outbox.Pending(session, now, ct);
        if (due.Count == 0) return due;
        var retries = await session.LoadManyAsync<EmailRetry>(ct, due.Select(l => l.Id));
        var waiting = retries.Where(r => r.NextAt > now).Select(r => r.Id).ToHashSet();
        return [.. due.Where(l => !waiting.Contains(l.Id))];
    }

    /// <summary>False if the mail server is unavailable, so that the next e-mail need not be tried.</summary>
    private async Task<bool> Deliver(Email email, CancellationToken ct)
    {
        try
        {
            await mail.Send(email, ct);
        }
        // Only a permanent rejection of the recipient or the message is final; any other error may be temporary.
        catch (SmtpCommandException e) when ((int)e.StatusCode >= 500
            && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            await GiveUp(email, e, ct);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return await Postpone(email, e, ct);
        }
        _unrecorded = email;
        await Record(email, ct);
        return true;
    }

    /// <summary>
    /// Schedules the next attempt, or gives up. False if the mail server is unavailable, so that other e-mails need not be tried.
    /// </summary>
    private async Task<bool> Postpone(Email email, Exception reason, CancellationToken ct)
    {
        var isServer = reason is SocketException or IOException or ServiceNotConnectedException or AuthenticationException;
        await using var session = store.LightweightSession();
        var earlier = await session.LoadAsync<EmailRetry>(email.Id, ct);
        var retry = EmailRetry.After(earlier, email.Id, clock.Now(), isServer ? LongestPauseForServer : LongestPause);
        if (reason is SmtpCommandException rejected && clock.Now() - retry.FirstFailedAt >= _giveUpAfter)
        {
            await GiveUp(email, rejected, ct);
            return true;
        }
        session.Store(retry);
        await session.SaveChangesAsync(ct);
        NotSent(log, email.Id, reason.GetType().Name, (retry.NextAt - clock.Now()).TotalSeconds);
        return !isServer;
    }

    private async Task GiveUp(Email email, SmtpCommandException rejected, CancellationToken ct)
    {
        Undeliverable(log, email.Id, (int)rejected.StatusCode);
        await outbox.Undeliverable(email, Decider(), (int)rejected.StatusCode, clock.Now(), ct);
        await DeleteRetry(email, ct);
    }

    private async Task DeleteRetry(Email email, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Delete<EmailRetry>(email.Id);
        await session.SaveChangesAsync(ct);
    }

    /// <summary>
    /// Records that the mail server accepted the e-mail. If that fails, the next round records it before it sends anything.
    /// </summary>
    private async Task Record(Email accepted, CancellationToken ct)
    {
        await outbox.Sent(accepted, Decider(), clock.Now(), ct);
        await DeleteRetry(accepted, ct);
        _unrecorded = null;
    }

    private Decider Decider() => new(store, group, new Actor { Name = "postman" });

    // Addresses must not be logged, nor the reply of a mail server, which may contain one.
    [LoggerMessage(Level = LogLevel.Warning, Message = "E-mail {Id} could not be sent ({Reason}); retrying in {Pause} s.")]
    private static partial void NotSent(ILogger log, Guid id, string reason, double pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "E-mail {Id} is undeliverable; the last reply of the mail server was {Code}.")]
    private static partial void Undeliverable(ILogger log, Guid id, int code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not load or send pending e-mails ({Reason}); retrying.")]
    private static partial void LoadFailed(ILogger log, string reason);
}
