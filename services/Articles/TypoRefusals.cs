using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Articles;

/// <summary>An accepted report could not be carried out. Public, so that it goes back to its editors.</summary>
public sealed record TypoRefused(Guid ReportId, Guid ArticleId, long Acceptance, string Reason);

/// <summary>The feedback service told of the report's acceptance in that epoch of its store, too.</summary>
public sealed record TypoHeardAgain(long Epoch);

/// <summary>
/// The feedback service knows of no such acceptance in that epoch of its store. Whatever it says of the report from now on is new.
/// </summary>
public sealed record TypoForgotten(long Epoch);

/// <summary>
/// What was refused of one report: an acceptance that was refused once is not carried out later by a repeated message. And in which epoch
/// of the feedback service's store it was heard of last.
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

    public static IEnumerable<object> Hear(TypoRefusals? refusals, long epoch)
    {
        if (refusals is { Forgotten: true } || epoch > (refusals?.Epoch ?? 0)) yield return new TypoHeardAgain(epoch);
    }

    public static IEnumerable<object> Forget(TypoRefusals? refusals, long epoch)
    {
        if (epoch > (refusals?.Epoch ?? 0)) yield return new TypoForgotten(epoch);
    }

    public static IEnumerable<object> Refuse(TypoRefusals? refusals, Guid report, Guid article, long acceptance, string reason)
    {
        if ((refusals?.Acceptance ?? 0) < acceptance) yield return new TypoRefused(report, article, acceptance, reason);
    }
}
