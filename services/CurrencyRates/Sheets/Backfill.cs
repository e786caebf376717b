using CurrencyRates.Bank;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>An operator requested the sheets of the bank for a range of dates, both included.</summary>
public sealed record BackfillRequested(DateOnly From, DateOnly To, DateTimeOffset RequestedAt);
/// <summary>
/// All dates up to this one are processed; <paramref name="Recorded"/> sheets were new or corrected since the previous such event.
/// </summary>
public sealed record BackfillAdvanced(DateOnly Through, int Recorded);
/// <summary>The operator cancelled the backfill.</summary>
public sealed record BackfillCancelled(DateTimeOffset CancelledAt);

/// <summary>
/// A range of dates that is being fetched: state and read model in one. After a crash, dates are fetched again, which changes nothing.
/// </summary>
public sealed record Backfill : Stored, IState<Backfill>
{
    /// <summary>Dates per step; each step is recorded by an event.</summary>
    public const int Step = 30;
    /// <summary>The pause between two requests: the bank objects to more than ten per second.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    public string Id { get; init; } = "";
    public DateOnly From { get; init; }
    public DateOnly To { get; init; }
    public DateOnly? Through { get; init; }
    public int Recorded { get; init; }
    public bool Open { get; init; }
    public DateTimeOffset RequestedAt { get; init; }

    public static string Stream(Guid id) => $"backfill-{id}";

    public Backfill Evolve(object @event) => @event switch
    {
        BackfillRequested e => this with { From = e.From, To = e.To, RequestedAt = e.RequestedAt, Open = true },
        BackfillAdvanced e => this with { Through = e.Through, Recorded = Recorded + e.Recorded, Open = Open && e.Through < To },
        BackfillCancelled _ => this with { Open = false },
        _ => this,
    };

    public static IEnumerable<object> Advance(Backfill? backfill, DateOnly through, int recorded)
    {
        if (backfill is { Open: true } && !(backfill.Through >= through)) yield return new BackfillAdvanced(through, recorded);
    }

    /// <summary>Whether a backfill is open and may call the bank now.</summary>
    internal static async Task<bool> IsDue(IQuerySession session, DateTimeOffset now, CancellationToken ct) =>
        await session.LoadAsync<BankStatus>(BankStatus.Key, ct) is not { Failing: not null, NextAt: { } next } || next <= now
            ? await session.Query<Backfill>().AnyAsync(b => b.Open, ct)
            : false;

    /// <summary>Runs one step of the oldest open backfill. True if there may be more to do now.</summary>
    internal static async Task<bool> RunStep(IServiceProvider services, TimeProvider clock, CancellationToken ct)
    {
        await using var session = services.GetRequiredService<IDocumentStore>().LightweightSession();
        if (await session.Query<Backfill>().Where(b => b.Open).OrderBy(b => b.RequestedAt).FirstOrDefaultAsync(ct) is not { } backfill)
            return false;
        var decider = services.GetRequiredService<Decider>();
        var bank = services.GetRequiredService<BankOfRussia>();
        var first = backfill.Through?.AddDays(1) ?? backfill.From;
        var last = first.AddDays(Step - 1) is var end && end < backfill.To ? end : backfill.To;
        var recorded = 0;
        try
        {
            for (var date = first; date <= last; date = date.AddDays(1))
            {
                if ((await Poll.Record(await bank.Fetch(date, ct), decider, clock, ct)).Changed) recorded++;
                await Task.Delay(Pause, clock, ct);
            }
        }
        catch (UnusableAnswer e)
        {
            var status = await session.LoadAsync<BankStatus>(BankStatus.Key, ct) ?? new BankStatus();
            session.Store(status.Failed(clock.Now(), clock.Now() + TimeSpan.FromMinutes(1), e.Message));
            await session.SaveChangesAsync(ct);
            return false;
        }
        await decider.Decide<Backfill>(backfill.Id, b => Advance(b, last, recorded), ct);
        return true;
    }
}
