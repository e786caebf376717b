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
        foreach (var ticket in tickets) await Erase(ticket, by, reason, ct);
        foreach (var report in reports)
            await Erase(report, r => r.Email is not null && EmailHash.Plain(r.Email) == emailHash, by, reason, ct);
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
        foreach (var ticket in tickets) await Erase(ticket, ByAge, null, ct);
        foreach (var report in reports) await Erase(report, r => r.At < limit, ByAge, null, ct);
        return new(tickets.Count, reports.Count);
    }

    private async Task Erase(ContactTicket ticket, string by, string? reason, CancellationToken ct)
    {
        mail.Forget(ticket.Answers.Select(a => a.Id));
        await store.Erase<ContactTicket>(group, ticket.Id, _ => true, new EraseTicket(clock.Now(), reason).Decide, by, ct);
    }

    private Task Erase(
        TypoReport report,
        Func<Reporter, bool> which,
        string by,
        string? reason,
        CancellationToken ct)
    {
        Guid[] ids = [.. report.Reporters.Where(r => r.IsPersonal && which(r)).Select(r => r.ReportId)];
        return store.Erase<TypoReport>(
            group,
            report.Id,
            e => e is TypoReported r && ids.Contains(r.ReportId),
            new EraseReporters(ids, clock.Now(), reason).Decide,
            by,
            ct);
    }
}

/// <summary>The number of messages, and of typo reports, from which personal data was erased.</summary>
public sealed record Erased(int Messages, int Reports);
