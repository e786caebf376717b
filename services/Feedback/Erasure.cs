using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Feedback;

/// <summary>
/// Takes what people left about themselves out of the read models and of the stored events themselves (<see cref="PersonalData"/>). A crash
/// on the way leaves it to be found and done again.
/// </summary>
public sealed class Erasure(IDocumentStore store, GroupCommit group, Mail mail, TimeProvider clock)
{
    /// <summary>Author of the events that erase what became too old.</summary>
    private const string ByAge = "erasure";

    public static void Configure(StoreOptions options)
    {
        options.Events.AddMaskingRuleForProtectedInformation<MessageReceived>(ContactTicket.Blank);
        options.Events.AddMaskingRuleForProtectedInformation<TicketAnswered>(e => e with { Text = "" });
        options.Events.AddMaskingRuleForProtectedInformation<TypoReported>(e => e with { Comment = null, Email = null });
    }

    /// <summary>Everything left under an address.</summary>
    public async Task<Erased> Person(string emailHash, string by, string? reason, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        const string hash = "encode(sha256(convert_to(lower(trim({0})), 'UTF8')), 'hex') = ?";
        var tickets = await session.Query<ContactTicket>()
            .Where(t => t.MatchesSql(string.Format(null, hash, "d.data -> 'message' ->> 'email'"), emailHash))
            .ToListAsync(ct);
        var reports = await session.Query<TypoReport>()
            .Where(
                r =>
                    r.MatchesSql(
                        $"exists (select from jsonb_array_elements(d.data -> 'reporters') r where {string.Format(
                            null, hash, "r ->> 'email'")})",
                        emailHash))
            .ToListAsync(ct);
        foreach (var ticket in tickets) await Ticket(ticket, by, reason, ct);
        foreach (var report in reports)
            await Reporters(report, r => r.Email is not null && EmailHash.Plain(r.Email) == emailHash, by, reason, ct);
        return new(tickets.Count, reports.Count);
    }

    /// <summary>Everything older than that.</summary>
    public async Task<Erased> OlderThan(DateTimeOffset limit, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var tickets = await session.Query<ContactTicket>()
            .Where(t => !t.Erased && t.ReceivedAt < limit)
            .OrderBy(t => t.ReceivedAt)
            .Take(100)
            .ToListAsync(ct);
        var reports = await session.Query<TypoReport>().Where(r => r.PersonalSince < limit).Take(100).ToListAsync(ct);
        foreach (var ticket in tickets) await Ticket(ticket, ByAge, null, ct);
        foreach (var report in reports) await Reporters(report, r => r.At < limit, ByAge, null, ct);
        return new(tickets.Count, reports.Count);
    }

    private async Task Ticket(ContactTicket ticket, string by, string? reason, CancellationToken ct)
    {
        mail.Forget(ticket.Answers.Select(a => a.Id));
        await store.Erase<ContactTicket>(
            group, ticket.Id, _ => true, t => t is { Erased: false } ? [new TicketErased(clock.Now()) { Reason = reason }] : [], by, ct);
    }

    private Task Reporters(TypoReport report, Func<Reporter, bool> which, string by, string? reason, CancellationToken ct)
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

/// <summary>How many messages, and places with reports, something was erased of.</summary>
public sealed record Erased(int Messages, int Reports);

/// <summary><c>DELETE /api/feedback/people/{emailHash}?reason=</c>: erases whatever was left under an address, named by its SHA-256. The
/// reason, which must not name the person, is kept.</summary>
public static class ErasePerson
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/feedback/people/{emailHash}", async (
            string emailHash, string? reason, HttpContext http, Erasure erasure, Actor actor, CancellationToken ct) =>
        {
            var erased = await erasure.Person(EmailHash.CheckedPlain(emailHash), actor.Name, ErasureReason.Checked(reason), ct);
            SecurityLog.Of(http).Acted("person-erased", actor.Name, $"{erased.Messages} messages, reporters of {erased.Reports} places");
            return erased;
        }).Requires(Roles.Moderator);
}

/// <summary>
/// Erases by age: <c>Feedback:RetentionDays</c> (365; 0 = never). Looked after when a replica starts and every ten minutes.
/// </summary>
public sealed partial class Retention(Erasure erasure, IConfiguration configuration, TimeProvider clock, ILogger<Retention> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var days = configuration.GetValue("Feedback:RetentionDays", 365);
        if (days == 0) return;
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10), clock);
        do
        {
            try
            {
                var erased = await erasure.OlderThan(clock.Now().AddDays(-days), stoppingToken);
                if (erased != new Erased(0, 0)) Done(log, erased.Messages, erased.Reports, days);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotDone(log, e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Erased {Messages} messages and the reporters of {Reports} places: older than {Days} days.")]
    private static partial void Done(ILogger log, int messages, int reports, int days);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Erasing by age did not succeed ({Reason}); trying again.")]
    private static partial void NotDone(ILogger log, string reason);
}
