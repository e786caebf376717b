using Feedback.Messages;
using Feedback.Typos;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Feedback;

/// <summary>
/// Erases personal data from the read models and from the stored events (<see cref="PersonalData"/>). If the process crashes, the remaining
/// data can still be found and the erasure can be repeated.
/// </summary>
public sealed class Erasure(IDocumentStore store, GroupCommit group, Mail mail, TimeProvider clock)
{
    /// <summary>The user name of events that erase data because of its age.</summary>
    private const string ByAge = "erasure";

    public static void Configure(StoreOptions options)
    {
        options.Events.AddMaskingRuleForProtectedInformation<MessageReceived>(ContactTicket.WithoutPersonalData);
        options.Events.AddMaskingRuleForProtectedInformation<TicketAnswered>(e => e with { Text = "" });
        options.Events.AddMaskingRuleForProtectedInformation<TypoReported>(e => e with { Comment = null, Email = null });
    }

    /// <summary>Erases everything that a person left with an address.</summary>
    public async Task<Erased> Person(string emailHash, string by, string? reason, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        const string hash = "encode(sha256(convert_to(lower(trim({0})), 'UTF8')), 'hex') = ?";
        var tickets = await session.Query<ContactTicket>()
            .Where(t => t.MatchesSql(string.Format(null, hash, "d.data -> 'message' ->> 'email'"), emailHash))
            .ToListAsync(ct);
        var reports = await session.Query<TypoReport>()
            .Where(r => r.MatchesSql(
                $"exists (select from jsonb_array_elements(d.data -> 'reporters') r where {string.Format(null, hash, "r ->> 'email'")})",
                emailHash))
            .ToListAsync(ct);
        foreach (var ticket in tickets) await EraseTicket(ticket, by, reason, ct);
        foreach (var report in reports)
            await EraseReporters(report, r => r.Email is not null && EmailHash.Plain(r.Email) == emailHash, by, reason, ct);
        return new(tickets.Count, reports.Count);
    }

    /// <summary>Erases everything older than a time: at most 100 messages and 100 reports in each call.</summary>
    public async Task<Erased> OlderThan(DateTimeOffset limit, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var tickets = await session.Query<ContactTicket>()
            .Where(t => !t.Erased && t.ReceivedAt < limit)
            .OrderBy(t => t.ReceivedAt)
            .Take(100)
            .ToListAsync(ct);
        var reports = await session.Query<TypoReport>().Where(r => r.PersonalSince < limit).Take(100).ToListAsync(ct);
        foreach (var ticket in tickets) await EraseTicket(ticket, ByAge, null, ct);
        foreach (var report in reports) await EraseReporters(report, r => r.At < limit, ByAge, null, ct);
        return new(tickets.Count, reports.Count);
    }

    private async Task EraseTicket(ContactTicket ticket, string by, string? reason, CancellationToken ct)
    {
        mail.Forget(ticket.Answers.Select(a => a.Id));
        await store.Erase<ContactTicket>(
            group, ticket.Id, _ => true, t => t is { Erased: false } ? [new TicketErased(clock.Now()) { Reason = reason }] : [], by, ct);
    }

    private Task EraseReporters(
        TypoReport report,
        Func<Reporter, bool> which,
        string by,
        string? reason,
        CancellationToken ct)
    {
        Guid[] ids = [.. report.Reporters.Where(r => r.IsPersonal && which(r)).Select(r => r.ReportId)];
        bool IsLeft(TypoReport r) => r.Reporters.Any(p => p.IsPersonal && ids.Contains(p.ReportId));
        return store.Erase<TypoReport>(
            group,
            report.Id,
            e => e is TypoReported r && ids.Contains(r.ReportId),
            r => IsLeft(r!) ? [new TypoReportersErased(ids, clock.Now()) { Reason = reason }] : [],
            by,
            ct);
    }
}

/// <summary>The number of messages, and of typo reports, from which personal data was erased.</summary>
public sealed record Erased(int Messages, int Reports);

/// <summary>
/// <c>DELETE /api/feedback/people/{emailHash}?reason=</c>: erases all personal data of a person, who is identified by the SHA-256 of the
/// e-mail address. The reason, which must not identify the person, is recorded.
/// </summary>
public static class ErasePerson
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/feedback/people/{emailHash}", async (
            string emailHash,
            string? reason,
            HttpContext http,
            Erasure erasure,
            Actor actor,
            CancellationToken ct) =>
        {
            var erased = await erasure.Person(EmailHash.CheckedPlain(emailHash), actor.Name, ErasureReason.Checked(reason), ct);
            SecurityLog.Of(http).Acted("person-erased", actor.Name, $"{erased.Messages} messages, {erased.Reports} typo reports");
            return erased;
        }).Requires(Roles.Moderator);
}

/// <summary>
/// Erases personal data that is older than <c>Feedback:RetentionDays</c> (365; 0 = never), when a replica starts and every ten minutes.
/// </summary>
public sealed partial class Retention(Erasure erasure, IConfiguration configuration, TimeProvider clock, ILogger<Retention> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var days = configuration.GetValue("Feedback:RetentionDays", 365);
        return days == 0
            ? Task.CompletedTask
            : PeriodicWork.Repeat(
                TimeSpan.FromMinutes(10), clock, ct => EraseOlderThan(days, ct), e => CouldNotErase(log, e.GetType().Name), stoppingToken);
    }

    private async Task EraseOlderThan(int days, CancellationToken ct)
    {
        var erased = await erasure.OlderThan(clock.Now().AddDays(-days), ct);
        if (erased != new Erased(0, 0)) ErasedOldData(log, erased.Messages, erased.Reports, days);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Erased the personal data of {Messages} messages and {Reports} typo reports that are older than {Days} days.")]
    private static partial void ErasedOldData(ILogger log, int messages, int reports, int days);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not erase old personal data ({Reason}). Retrying in ten minutes.")]
    private static partial void CouldNotErase(ILogger log, string reason);
}
