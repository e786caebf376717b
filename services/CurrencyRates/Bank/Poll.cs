using System.Diagnostics.Metrics;
using CurrencyRates.Sheets;
using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace CurrencyRates.Bank;

/// <summary>Decides when to poll the bank, and for which dates. Pure.</summary>
public static class Schedule
{
    /// <summary>
    /// The next time to poll: in the publication window every <paramref name="interval"/> until the rates of tomorrow are stored, on
    /// weekends every twelve intervals; outside the window when it opens; after a failure after at most twelve intervals.
    /// </summary>
    public static DateTimeOffset Next(DateTimeOffset now, DateOnly? newest, bool failed, TimeSpan interval)
    {
        var opening = Moscow.NextOpening(now);
        if (newest > Moscow.Date(now)) return opening;
        if (Moscow.Publishing(now)) return now + (Moscow.IsWeekend(now) ? 12 : 1) * interval;
        return failed && now + 12 * interval < opening ? now + 12 * interval : opening;
    }

    /// <summary>
    /// The dates to fetch when the bank returned the sheet of <paramref name="answered"/>: those missed since the newest sheet, at most a
    /// fortnight. A longer gap needs a backfill.
    /// </summary>
    public static IEnumerable<DateOnly> Missed(DateOnly? newest, DateOnly answered)
    {
        if (newest is null || newest >= answered) yield break;
        var first = answered.AddDays(-14);
        for (var date = newest.Value.AddDays(1) is var day && day > first ? day : first; date < answered; date = date.AddDays(1))
            yield return date;
    }
}

/// <summary>
/// Polls the bank, in one replica at a time and only when it is due. The replicas share the lock, the next polling time and the last
/// result. After a failure no rates are stored; readers see that rates may be out of date until the next successful poll.
/// </summary>
public sealed partial class Poll(
    IServiceScopeFactory scopes,
    LockSessions locks,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<Poll> log) : BackgroundService
{
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Polls = Meter.CreateCounter<long>(
        "platform.rates.polls", "{poll}", "Polls of the bank by result: answered or failed.");

    private readonly TimeSpan _interval = configuration.GetValue("Bank:Interval", TimeSpan.FromMinutes(5));

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!configuration.GetValue("Bank:Poll", true)) return Task.CompletedTask;
        var interval = _interval < TimeSpan.FromSeconds(15) ? _interval : TimeSpan.FromSeconds(15);
        return PeriodicWork.Repeat(interval, clock, PollIfDue, e => PollFailed(log, e), stoppingToken);
    }

    private async Task PollIfDue(CancellationToken ct)
    {
        if (!await IsDue(ct)) return;
        await using var pollLock = await locks.Acquire("bank-poll", ct);
        // Another replica may have polled between the first check and the lock.
        if (pollLock is null || !await IsDue(ct)) return;
        using var held = CancellationTokenSource.CreateLinkedTokenSource(ct, pollLock.Lost);
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().Name = "bank-poll";
        do await FetchNewest(scope.ServiceProvider, held.Token); while (await Backfill.RunStep(scope.ServiceProvider, clock, held.Token));
    }

    private async Task<bool> IsDue(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<IQuerySession>();
        return PollIsDue(await session.LoadAsync<BankStatus>(BankStatus.Key, ct)) || await Backfill.IsDue(session, clock.Now(), ct);
    }

    private bool PollIsDue(BankStatus? status) => !(status?.NextAt > clock.Now());

    private async Task FetchNewest(IServiceProvider services, CancellationToken ct)
    {
        await using var session = services.GetRequiredService<IDocumentStore>().LightweightSession();
        var status = await session.LoadAsync<BankStatus>(BankStatus.Key, ct) ?? new BankStatus();
        if (!PollIsDue(status)) return;
        var newest = (await session.Newest(ct))?.EffectiveFrom;
        try
        {
            var bank = services.GetRequiredService<BankOfRussia>();
            var decider = services.GetRequiredService<Decider>();
            var sheet = await bank.Fetch(Moscow.Date(clock.Now()).AddDays(1), ct);
            foreach (var date in Schedule.Missed(newest, sheet.EffectiveFrom)) await Record(await bank.Fetch(date, ct), decider, clock, ct);
            await Record(sheet, decider, clock, ct);
            session.Store(
                status.Answered(
                    clock.Now(),
                    Schedule.Next(
                        clock.Now(),
                        sheet.EffectiveFrom > newest || newest is null ? sheet.EffectiveFrom : newest,
                        failed: false,
                        _interval)));
            Polls.Add(1, new KeyValuePair<string, object?>("result", "answered"));
            if (status.Failing is not null) Recovered(log, sheet.EffectiveFrom);
        }
        catch (UnusableAnswer e)
        {
            session.Store(status.Failed(clock.Now(), Schedule.Next(clock.Now(), newest, failed: true, _interval), e.Message));
            Polls.Add(1, new KeyValuePair<string, object?>("result", "failed"));
            if (status.Failing?.Reason != e.Message) Failing(log, e.Message);
        }
        await session.SaveChangesAsync(ct);
    }

    /// <summary>Records a sheet of the bank, or corrects the stored one; an equal sheet changes nothing.</summary>
    internal static Task<Decision<RateSheet>> Record(DailySheet sheet, Decider decider, TimeProvider clock, CancellationToken ct) =>
        decider.Decide<RateSheet>(
            RateSheet.Stream(sheet.EffectiveFrom),
            new RecordRates(sheet.EffectiveFrom, BankOfRussia.Name, sheet.Rates, clock.Now()).Decide,
            ct);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The bank returned no usable rates: {Reason}. Polling continues; this warning is not repeated for the same reason.")]
    private static partial void Failing(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The bank returns usable rates again; its newest sheet is for {Date}.")]
    private static partial void Recovered(ILogger log, DateOnly date);

    [LoggerMessage(Level = LogLevel.Error, Message = "Polling the bank failed because of an internal error; retrying.")]
    private static partial void PollFailed(ILogger log, Exception e);
}

/// <summary>
/// Reports to operators whether the rates may be out of date, and measures for how long. It is always healthy, because the service still
/// serves the stored rates.
/// </summary>
public sealed class BankHealth(IServiceScopeFactory scopes, TimeProvider clock) : IHealthCheck
{
    private static readonly Gauge<double> Age = new Meter(Telemetry.Name).CreateGauge<double>(
        "platform.rates.stale", "s", "For how long the rates may have been out of date; 0 while they are not.");

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.Now();
        var stale = await scope.ServiceProvider.GetRequiredService<IQuerySession>().Staleness(now, cancellationToken);
        Age.Record(stale is null ? 0 : (now - stale.Since).TotalSeconds);
        return stale is null
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Healthy(
                $"rates may be out of date: {stale.Reason}",
                new Dictionary<string, object> { ["staleSince"] = stale.Since, ["reason"] = stale.Reason });
    }
}
