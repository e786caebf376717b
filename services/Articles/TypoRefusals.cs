using Platform.EventSourcing;

namespace Articles;

/// <summary>An accepted report could not be carried out. Public, so that it goes back to its editors.</summary>
public sealed record TypoRefused(Guid ReportId, Guid ArticleId, long Acceptance, string Reason);

/// <summary>What was refused of one report: an acceptance that was refused once is not carried out later by a repeated message.</summary>
public sealed record TypoRefusals : Stored, IState<TypoRefusals>
{
    public string Id { get; init; } = "";
    public long Acceptance { get; init; }

    public TypoRefusals Evolve(object @event) => @event is TypoRefused e ? this with { Acceptance = Math.Max(Acceptance, e.Acceptance) } : this;

    public static IEnumerable<object> Refuse(TypoRefusals? refusals, Guid report, Guid article, long acceptance, string reason)
    {
        if ((refusals?.Acceptance ?? 0) < acceptance) yield return new TypoRefused(report, article, acceptance, reason);
    }
}
