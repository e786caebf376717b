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
/// The letters that a service's state says are due, and how it is told what became of one. State decides: what was sent once is due no
/// more.
/// </summary>
public interface ILetters
{
    /// <summary>
    /// What is due now, the oldest first; at most a hundred. <see cref="EmailRetry.MayBeSent"/> leaves out those that wait.
    /// </summary>
    Task<IReadOnlyList<Letter>> Due(IQuerySession session, CancellationToken ct);

    /// <summary>It was handed over.</summary>
    Task Sent(Letter letter, Decider decider, DateTimeOffset at, CancellationToken ct);

    /// <summary>The server will never take it, or did not take it for days: its last answer's code.</summary>
    Task Undeliverable(Letter letter, Decider decider, int code, DateTimeOffset at, CancellationToken ct);
}

/// <summary>
/// Looks every second, in every replica, for letters that are due; a lock in the database lets one replica at a time send them. The wish to
/// send is a stored event, and so is having sent: a crash between the two sends that one letter again, under the same Message-ID; nothing
/// else ever does.
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
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1), LongestPauseForServer = TimeSpan.FromMinutes(10);
    private readonly TimeSpan _giveUpAfter = configuration.GetValue("Mail:GiveUpAfter", TimeSpan.FromDays(5));
    private Letter? _unrecorded; // accepted by the mail server, but the store does not know it yet

    /// <summary>Adds the postman for <typeparamref name="T"/>'s letters.</summary>
    public static void Add<T>(IServiceCollection services) where T : class, ILetters =>
        services.AddSingleton<Mail>().AddSingleton<ILetters, T>().AddHostedService<Postman>()
            .ConfigureMarten(store => store.Schema.For<EmailRetry>()
                .Duplicate(r => r.Waiting, notNull: true)
                .Duplicate(r => r.NextAt, notNull: true));

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try { await Round(stoppingToken); }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested) { NotSeen(log, e.GetType().Name); }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Round(CancellationToken ct)
    {
        // While the store is unavailable nothing else is sent: every e-mail whose sending is not recorded would go out twice.
        if (_unrecorded is { } accepted) await Record(accepted, ct);
        await EndPauses(ct);
        if ((await Due(ct)).Count == 0) return;
        await using var alone = await locks.Acquire("mail", ct);
        if (alone is null) return;
        // Asked again before each: what another replica has sent meanwhile is due no more, nor is what was to go to a person who was
        // erased.
        while (await Due(ct) is [var letter, ..])
        {
            // Without the lock another replica may be sending already.
            await alone.Check(ct);
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

    /// <summary>False where the server itself is away, so that there is no use in trying the next one.</summary>
    private async Task<bool> Deliver(Letter letter, CancellationToken ct)
    {
        try
        {
            await mail.Send(letter, ct);
        }
        // What it says against the recipient or the letter; anything else is between it and us, and may be mended.
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

    /// <summary>Records when to try again, or gives up. False if the mail server is unavailable: others need not be tried.</summary>
    private async Task<bool> Postpone(Letter letter, Exception reason, CancellationToken ct)
    {
        var isServer = reason is SocketException or IOException or ServiceNotConnectedException or AuthenticationException;
        await using var session = store.LightweightSession();
        var earlier = await session.LoadAsync<EmailRetry>(letter.Id, ct);
        var retry = EmailRetry.After(earlier, letter.Id, clock.Now(), isServer ? LongestPauseForServer : LongestPause);
        if (reason is SmtpCommandException refused && clock.Now() - retry.FirstFailedAt >= _giveUpAfter)
        {
            await GiveUp(letter, refused, ct);
            return true;
        }
        session.Store(retry);
        await session.SaveChangesAsync(ct);
        NotSent(log, letter.Id, reason.GetType().Name, (retry.NextAt - clock.Now()).TotalSeconds);
        return !isServer;
    }

    private async Task GiveUp(Letter letter, SmtpCommandException refused, CancellationToken ct)
    {
        Refused(log, letter.Id, (int)refused.StatusCode);
        await letters.Undeliverable(letter, Decider(), (int)refused.StatusCode, clock.Now(), ct);
        await Forget(letter, ct);
    }

    private async Task Forget(Letter letter, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Delete<EmailRetry>(letter.Id);
        await session.SaveChangesAsync(ct);
    }

    /// <summary>Records that the mail server accepted it. If that fails, the next round tries again before it sends anything.</summary>
    private async Task Record(Letter accepted, CancellationToken ct)
    {
        await letters.Sent(accepted, Decider(), clock.Now(), ct);
        await Forget(accepted, ct);
        _unrecorded = null;
    }

    private Decider Decider() => new(store, group, new Actor { Name = "postman" });

    // Neither addresses nor a server's words, which may hold one.
    [LoggerMessage(Level = LogLevel.Warning, Message = "Letter {Letter} was not sent ({Reason}); trying again in {Pause} s.")]
    private static partial void NotSent(ILogger log, Guid letter, string reason, double pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "E-mail {Letter} is undeliverable; the mail server's last answer was {Code}.")]
    private static partial void Refused(ILogger log, Guid letter, int code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The letters that are due could not be read ({Reason}); trying again.")]
    private static partial void NotSeen(ILogger log, string reason);
}
