using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Feedback;

/// <summary>How far a report is: waits for an editor, accepted and on its way to the article, rejected, or done with.</summary>
public enum TypoStatus { Open, Accepted, Rejected, Closed }

/// <summary>
/// Why a report is closed: its place was corrected because of a report, its words went with another revision, or the article was retracted.
/// </summary>
public enum TypoOutcome { Corrected, TextGone, Retracted }

/// <summary>
/// A reader reported a place; whoever reports it again adds to the same stream. The words are the article's own. Comment and e-mail are
/// personal: never in a public event.
/// </summary>
public sealed record TypoReported(
    Guid ReportId, Guid ArticleId, string Section, string Title, long ArticleVersion, Spot Spot, string Before, string Selection,
    string After,
    [property: Confidential] string? Comment, [property: Confidential] string? Email, DateTimeOffset ReportedAt) : Stored;
/// <summary>
/// An editor wants the words replaced, at this place of this version: the newest one known then. The note is for readers.
/// </summary>
public sealed record TypoAccepted(
    Guid ArticleId,
    long ArticleVersion,
    string Lang,
    Part Part,
    string Before,
    string Selection,
    string After,
    string Replacement,
    string Note,
    DateTimeOffset AcceptedAt) : Stored;
/// <summary>An editor finds nothing wrong.</summary>
public sealed record TypoRejected(string Reason, DateTimeOffset RejectedAt);
/// <summary>An editor looks at it again.</summary>
public sealed record TypoReopened(DateTimeOffset ReopenedAt);
/// <summary>The article could not be corrected as accepted at that version of this stream; it waits for an editor again.</summary>
public sealed record TypoConflicted(long Acceptance, string Reason);
/// <summary>Nothing is left to do. <paramref name="ArticleVersion"/> is the one that settled it.</summary>
public sealed record TypoClosed(Guid ArticleId, TypoOutcome Outcome, long ArticleVersion, DateTimeOffset ClosedAt) : Stored;
/// <summary>What these reporters left about themselves was erased.</summary>
public sealed record TypoReportersErased(IReadOnlyList<Guid> ReportIds, DateTimeOffset ErasedAt)
{
    /// <summary>Why, in the words of the moderator; null if it was erased because of its age.</summary>
    public string? Reason { get; init; }
}

/// <summary>One place that readers reported, and what became of it.</summary>
public sealed record TypoReport : Stored, IState<TypoReport>
{
    public string Id { get; init; } = "";
    public Guid ArticleId { get; init; }
    public string Section { get; init; } = "";
    public TypoReported? First { get; init; }
    public IReadOnlyList<Reporter> Reporters { get; init; } = [];
    public DateTimeOffset ReportedAt { get; init; }
    public TypoStatus Status { get; init; }
    public TypoAccepted? Accepted { get; init; }
    /// <summary>The version of this stream at which it was accepted last.</summary>
    public long Acceptance { get; init; }
    public string? Conflict { get; init; }
    public string? Reason { get; init; }
    public TypoClosed? Closed { get; init; }
    /// <summary>The version of its stream: every event counts.</summary>
    public long Revision { get; init; }
    /// <summary>When the oldest personal thing that is kept was reported; null when there is none.</summary>
    public DateTimeOffset? PersonalSince { get; init; }

    public TypoReport Evolve(object @event) => @event switch
    {
        TypoReported e => Placed(e).With([.. Reporters, new Reporter(e.ReportId, e.Comment, e.Email, e.ReportedAt)]),
        TypoAccepted e => Next with { Status = TypoStatus.Accepted, Accepted = e, Acceptance = Next.Revision, Conflict = null },
        TypoRejected e => Next with { Status = TypoStatus.Rejected, Reason = e.Reason, Conflict = null },
        TypoReopened _ => Next with { Status = TypoStatus.Open, Reason = null },
        TypoConflicted e => Next with { Status = TypoStatus.Open, Conflict = e.Reason },
        TypoClosed e => Next with { Status = TypoStatus.Closed, Closed = e, Conflict = null },
        TypoReportersErased e =>
            Next.With([.. Reporters.Select(r => e.ReportIds.Contains(r.ReportId) ? r with { Comment = null, Email = null } : r)]),
        _ => this,
    };

    private TypoReport Next => this with { Revision = Revision + 1 };

    private TypoReport With(IReadOnlyList<Reporter> reporters) =>
        this with { Reporters = reporters, PersonalSince = reporters.Where(r => r.IsPersonal).Min(r => (DateTimeOffset?)r.At) };

    private TypoReport Placed(TypoReported e) => First is not null ? Next : Next with
    {
        First = e with { Comment = null, Email = null },
        ArticleId = e.ArticleId,
        Section = e.Section,
        ReportedAt = e.ReportedAt,
    };

    /// <summary>
    /// The same for the same place, whoever reports it and in whichever version: made of where the place first appeared. So reports of one
    /// place meet in one stream even when they come at the same moment.
    /// </summary>
    public static Guid IdOf(Guid article, long originVersion, Spot origin)
    {
        var hash = SHA256.HashData(
            Encoding.UTF8.GetBytes($"{article:N}/{originVersion}/{origin.Lang}/{origin.Part}/{origin.Start}/{origin.Length}"));
        (hash[6], hash[8]) = ((byte)((hash[6] & 0x0F) | 0x80), (byte)((hash[8] & 0x3F) | 0x80)); // version 8: made by a rule of our own
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}

/// <summary>Somebody who reported the place: the comment and the address, if any were left.</summary>
public sealed record Reporter(
    Guid ReportId, [property: Confidential] string? Comment, [property: Confidential] string? Email, DateTimeOffset At) : Stored
{
    [JsonIgnore]
    public bool IsPersonal => Comment is not null || Email is not null;
}
