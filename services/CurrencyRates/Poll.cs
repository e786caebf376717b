using System.Diagnostics.Metrics;
using CurrencyRates.Sources;
using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.EventSourcing;
using Platform.Hosting;

namespace CurrencyRates;

/// <summary>When to ask the bank. Pure.</summary>
public static class Schedule
{
    /// <summary>
    /// When to ask again: in the publication window every <paramref name="interval"/> until tomorrow's rates are there, at weekends every
    /// twelve; outside the window when it next opens; after a failure within twelve intervals at the latest.
    /// </summary>
    public static DateTimeOffset Next(DateTimeOffset now, DateOnly? newest, bool failed, TimeSpan interval)
    {
        var opening = Moscow.NextOpening(now);
        if (newest > Moscow.Date(now)) return opening;
        if (Moscow.Publishing(now)) return now + (Moscow.IsWeekend(now) ? 12 : 1) * interval;
        return failed && now + 12 * interval < opening ? now + 12 * interval : opening;
    }

    /// <summary>
    /// The dates to ask for when the bank answered with <paramref name="answered"/>: what was missed since the newest sheet, a fortnight at
    /// most; more is a backfill.
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
/// Asks the bank, in one replica at a time and only when it is due: the replicas share the lock, the time of the next question and what
/// came of the last. A failure stores no rates; it is a notice for readers, and the next question clears it.
/// </summary>
public sealed partial class Poll(
    IServiceScopeFactory scopes,
    LockSessions locks,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<Poll> log) : BackgroundService
{
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Asked = Meter.CreateCounter<long>(
        "platform.rates.polls", "{poll}", "Questions to the bank by result: answered or failed.");

    private readonly TimeSpan _interval = configuration.GetValue("Bank:Interval", TimeSpan.FromMinutes(5));

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!configuration.GetValue("Bank:Poll", true)) return;
        using var timer = new PeriodicTimer(_interval < TimeSpan.FromSeconds(15) ? _interval : TimeSpan.FromSeconds(15), clock);
        do
        {
            try { await Turn(stoppingToken); }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested) { TurnFailed(log, e); }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Turn(CancellationToken ct)
    {
        if (!await IsDue(ct)) return;
        await using var alone = await locks.Acquire("bank-poll", ct);
        // Another replica may have asked between the look and the lock.
        if (alone is null || !await IsDue(ct)) return;
        using var held = CancellationTokenSource.CreateLinkedTokenSource(ct, alone.Lost);
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().Name = "bank-poll";
        do await Ask(scope.ServiceProvider, held.Token); while (await Backfill.Work(scope.ServiceProvider, clock, held.Token));
    }

    private async Task<bool> IsDue(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<IQuerySession>();
        return AskIsDue(await session.LoadAsync<BankStatus>(BankStatus.Key, ct)) || await Backfill.IsDue(session, clock.Now(), ct);
    }

    private bool AskIsDue(BankStatus? status) => !(status?.NextAt > clock.Now());

    private async Task Ask(IServiceProvider services, CancellationToken ct)
    {
        await using var session = services.GetRequiredService<IDocumentStore>().LightweightSession();
        var status = await session.LoadAsync<BankStatus>(BankStatus.Key, ct) ?? new BankStatus();
        if (!AskIsDue(status)) return;
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
            Asked.Add(1, new KeyValuePair<string, object?>("result", "answered"));
            if (status.Failing is not null) Recovered(log, sheet.EffectiveFrom);
        }
        catch (Unusable e)
        {
            session.Store(status.Failed(clock.Now(), Schedule.Next(clock.Now(), newest, failed: true, _interval), e.Message));
            Asked.Add(1, new KeyValuePair<string, object?>("result", "failed"));
            if (status.Failing?.Reason != e.Message) Failing(log, e.Message);
        }
        await session.SaveChangesAsync(ct);
    }

    /// <summary>Records a sheet of the bank, or corrects what is known; the same sheet again changes nothing.</summary>
    internal static Task<Decision> Record(DailySheet sheet, Decider decider, TimeProvider clock, CancellationToken ct) =>
        decider.Decide<RateSheet>(
            RateSheet.Stream(sheet.EffectiveFrom),
            new RecordRates(sheet.EffectiveFrom, BankOfRussia.Name, sheet.Rates, clock.Now()).Decide,
            ct);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The bank gives no usable rates: {Reason}. It is asked again until it does; this is not repeated.")]
    private static partial void Failing(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The bank gives rates again, now those for {Date}.")]
    private static partial void Recovered(ILogger log, DateOnly date);

    [LoggerMessage(Level = LogLevel.Error, Message = "Asking the bank failed on our side.")]
    private static partial void TurnFailed(ILogger log, Exception e);
}

/// <summary>
/// Says in the readiness report whether the rates may be out of date, and measures for how long. Always healthy: what is known is served,
/// and a service without its bank must not be taken out of rotation, nor fill the log.
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
        var stale = await scope.ServiceProvider.GetRequiredService<IQuerySession>().Freshly(now, cancellationToken);
        Age.Record(stale is null ? 0 : (now - stale.Since).TotalSeconds);
        return stale is null
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Healthy(
                $"rates may be out of date: {stale.Reason}",
                new Dictionary<string, object> { ["staleSince"] = stale.Since, ["reason"] = stale.Reason });
    }
}
