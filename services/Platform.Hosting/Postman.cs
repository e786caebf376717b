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

namespace Platform.Hosting;

/// <summary>
/// Finds the e-mails that are pending according to a service's state, and records what became of each. Because the state decides, an e-mail
/// whose sending was recorded is no longer pending.
/// </summary>
public interface ILetters
{
    /// <summary>
    /// The pending e-mails, oldest first; at most a hundred. The query must use <see cref="EmailRetry.MayBeSent"/> to leave out those that
    /// wait for their next attempt.
    /// </summary>
    Task<IReadOnlyList<Letter>> Due(IQuerySession session, CancellationToken ct);

    /// <summary>Records that the mail server accepted the e-mail.</summary>
    Task Sent(Letter letter, Decider decider, DateTimeOffset at, CancellationToken ct);

    /// <summary>
    /// Records that the e-mail cannot be delivered: the server rejected it permanently, or temporarily for days. <paramref name="code"/> is
    /// its last reply code.
    /// </summary>
    Task Undeliverable(
        Letter letter,
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
public sealed partial class Postman(
    ILetters letters,
    Mail mail,
    IDocumentStore store,
    GroupCommit group,
    LockSessions locks,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<Postman> log) : BackgroundService
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1), LongestPauseForServer = TimeSpan.FromMinutes(10);
    private readonly TimeSpan _giveUpAfter = configuration.GetValue("Mail:GiveUpAfter", TimeSpan.FromDays(5));
    private Letter? _unrecorded; // accepted by the mail server, but the store does not know it yet

    /// <summary>Adds the sender of the e-mails that <typeparamref name="T"/> finds.</summary>
    public static void Add<T>(IServiceCollection services) where T : class, ILetters =>
        services.AddSingleton<Mail>().AddSingleton<ILetters, T>().AddHostedService<Postman>()
            .ConfigureMarten(store => store.Schema.For<EmailRetry>()
                .Duplicate(r => r.Waiting, notNull: true)
                .Duplicate(r => r.NextAt, notNull: true));

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CheckInterval, clock);
        do
        {
            try { await SendPending(stoppingToken); }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested) { LoadFailed(log, e.GetType().Name); }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SendPending(CancellationToken ct)
    {
        // While a sent e-mail is not recorded, nothing else is sent: each e-mail whose sending cannot be recorded would be sent twice.
        if (_unrecorded is { } accepted) await Record(accepted, ct);
        await EndPauses(ct);
        if ((await Due(ct)).Count == 0) return;
        await using var mailLock = await locks.Acquire("mail", ct);
        if (mailLock is null) return;
        // Queried again before each e-mail, because meanwhile another replica may have sent it, or the recipient's data may have been
        // erased.
        while (await Due(ct) is [var letter, ..])
        {
            // If the lock was lost, another replica may be sending already.
            await mailLock.Check(ct);
            if (!await Deliver(letter, ct)) return;
        }
    }

    private async Task<IReadOnlyList<Letter>> Due(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var due = await letters.Due(session, ct);
        var retries = await session.LoadManyAsync<EmailRetry>(ct, due.Select(l => l.Id));
        var waiting = retries.Where(r => r.Waiting).Select(r => r.Id).ToHashSet();
        return [.. due.Where(l => !waiting.Contains(l.Id))];
    }

    private async Task EndPauses(CancellationToken ct)
    {
        var now = clock.Now();
        await using var session = store.LightweightSession();
        var over = await session.Query<EmailRetry>().Where(r => r.Waiting && r.NextAt <= now).ToListAsync(ct);
        if (over.Count == 0) return;
        foreach (var retry in over) session.Store(retry with { Waiting = false });
        await session.SaveChangesAsync(ct);
    }

    /// <summary>False if the mail server is unavailable, so that the next e-mail need not be tried.</summary>
    private async Task<bool> Deliver(Letter letter, CancellationToken ct)
    {
        try
        {
            await mail.Send(letter, ct);
        }
        // Only a permanent rejection of the recipient or the message is final; any other error may be temporary.
        catch (SmtpCommandException e) when ((int)e.StatusCode >= 500
            && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            await GiveUp(letter, e, ct);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return await Postpone(letter, e, ct);
        }
        _unrecorded = letter;
        await Record(letter, ct);
        return true;
    }

    /// <summary>
    /// Schedules the next attempt, or gives up. False if the mail server is unavailable, so that other e-mails need not be tried.
    /// </summary>
    private async Task<bool> Postpone(Letter letter, Exception reason, CancellationToken ct)
    {
        var isServer = reason is SocketException or IOException or ServiceNotConnectedException or AuthenticationException;
        await using var session = store.LightweightSession();
        var earlier = await session.LoadAsync<EmailRetry>(letter.Id, ct);
        var retry = EmailRetry.After(earlier, letter.Id, clock.Now(), isServer ? LongestPauseForServer : LongestPause);
        if (reason is SmtpCommandException rejected && clock.Now() - retry.FirstFailedAt >= _giveUpAfter)
        {
            await GiveUp(letter, rejected, ct);
            return true;
        }
        session.Store(retry);
        await session.SaveChangesAsync(ct);
        NotSent(log, letter.Id, reason.GetType().Name, (retry.NextAt - clock.Now()).TotalSeconds);
        return !isServer;
    }

    private async Task GiveUp(Letter letter, SmtpCommandException rejected, CancellationToken ct)
    {
        Undeliverable(log, letter.Id, (int)rejected.StatusCode);
        await letters.Undeliverable(letter, Decider(), (int)rejected.StatusCode, clock.Now(), ct);
        await DeleteRetry(letter, ct);
    }

    private async Task DeleteRetry(Letter letter, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Delete<EmailRetry>(letter.Id);
        await session.SaveChangesAsync(ct);
    }

    /// <summary>
    /// Records that the mail server accepted the e-mail. If that fails, the next round records it before it sends anything.
    /// </summary>
    private async Task Record(Letter accepted, CancellationToken ct)
    {
        await letters.Sent(accepted, Decider(), clock.Now(), ct);
        await DeleteRetry(accepted, ct);
        _unrecorded = null;
    }

    private Decider Decider() => new(store, group, new Actor { Name = "postman" });

    // Addresses must not be logged, nor the reply of a mail server, which may contain one.
    [LoggerMessage(Level = LogLevel.Warning, Message = "E-mail {Letter} could not be sent ({Reason}); retrying in {Pause} s.")]
    private static partial void NotSent(ILogger log, Guid letter, string reason, double pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "E-mail {Letter} is undeliverable; the last reply of the mail server was {Code}.")]
    private static partial void Undeliverable(ILogger log, Guid letter, int code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not load or send pending e-mails ({Reason}); retrying.")]
    private static partial void LoadFailed(ILogger log, string reason);
}
