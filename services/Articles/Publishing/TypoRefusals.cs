using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Articles.Publishing;

/// <summary>An accepted typo report could not be carried out. The event is published, so that Feedback reopens the report.</summary>
public sealed record TypoRefused(Guid ReportId, Guid ArticleId, long Acceptance, string Reason);

/// <summary>Feedback sent the acceptance of the report in this epoch of its store.</summary>
public sealed record TypoHeardAgain(long Epoch);

/// <summary>
/// The acceptance does not exist in this epoch of the store of Feedback, because Feedback has lost it. Any later acceptance is a new one.
/// </summary>
public sealed record TypoForgotten(long Epoch);

/// <summary>
/// The refused acceptance of one typo report. If its message arrives again later, the acceptance stays refused. Also records the epoch of
/// the store of Feedback in which Feedback last sent an acceptance of the report.
/// </summary>
public sealed record TypoRefusals : Stored, IState<TypoRefusals>
{
    public string Id { get; init; } = "";
    public long Acceptance { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Forgotten { get; init; }

    public TypoRefusals Evolve(object @event) => @event switch
    {
        TypoRefused e => this with { Acceptance = Math.Max(Acceptance, e.Acceptance) },
        TypoHeardAgain e => this with { Epoch = e.Epoch, Forgotten = false },
        TypoForgotten e => this with { Epoch = e.Epoch, Forgotten = true, Acceptance = 0 },
        _ => this,
    };

    public static IEnumerable<object> Acknowledge(TypoRefusals? refusals, long epoch)
    {
        if (refusals is { Forgotten: true } || epoch > (refusals?.Epoch ?? 0)) yield return new TypoHeardAgain(epoch);
    }

    public static IEnumerable<object> RemoveLost(TypoRefusals? refusals, long epoch)
    {
        if (epoch > (refusals?.Epoch ?? 0)) yield return new TypoForgotten(epoch);
    }

    public static IEnumerable<object> Refuse(
        TypoRefusals? refusals,
        Guid report,
        Guid article,
        long acceptance,
        string reason)
    {
        if ((refusals?.Acceptance ?? 0) < acceptance) yield return new TypoRefused(report, article, acceptance, reason);
    }
}
