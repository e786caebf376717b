using System.Text.Json.Serialization;
using Platform.EventSourcing;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>
/// The status of a report: open (pending), accepted (but not yet corrected in the article), rejected, or closed.
/// </summary>
public enum TypoStatus { Open, Accepted, Rejected, Closed }

/// <summary>
/// Why a report is closed: the article was corrected because of a report, another revision removed the text, or the article was retracted.
/// </summary>
public enum TypoOutcome { Corrected, TextGone, Retracted }

/// <summary>
/// A reader reported a location. Further reports of the same location are appended to the same stream. The quoted texts come from the
/// article. Comment and e-mail address are personal data and are never published.
/// </summary>
public sealed record TypoReported(
    Guid ReportId,
    Guid ArticleId,
    string Section,
    string Title,
    long ArticleVersion,
    Spot Spot,
    string Before,
    string Selection,
    string After,
    [property: Confidential] string? Comment,
    [property: Confidential] string? Email,
    DateTimeOffset ReportedAt) : Stored;
/// <summary>
/// An editor accepted the report. The location refers to the newest version that was known at that time. The note is for readers.
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
/// <summary>An editor rejected the report.</summary>
public sealed record TypoRejected(string Reason, DateTimeOffset RejectedAt);
/// <summary>An editor reopened the report.</summary>
public sealed record TypoReopened(DateTimeOffset ReopenedAt);
/// <summary>The correction that was accepted at this version of the stream could not be made; the report is open again.</summary>
public sealed record TypoConflicted(long Acceptance, string Reason);
/// <summary>The report was closed. <paramref name="ArticleVersion"/> is the version of the article that settled it.</summary>
public sealed record TypoClosed(Guid ArticleId, TypoOutcome Outcome, long ArticleVersion, DateTimeOffset ClosedAt) : Stored;
/// <summary>The personal data of these reporters was erased.</summary>
public sealed record TypoReportersErased(IReadOnlyList<Guid> ReportIds, DateTimeOffset ErasedAt)
{
    /// <summary>The reason that the moderator gave; null if the data was erased because of its age.</summary>
    public string? Reason { get; init; }
}

/// <summary>All reports of one location in an article, and their status.</summary>
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
    /// <summary>The version of this stream at which the report was last accepted.</summary>
    public long Acceptance { get; init; }
    public string? Conflict { get; init; }
    public string? Reason { get; init; }
    public TypoClosed? Closed { get; init; }
    /// <summary>The version of this stream, which is the number of its events.</summary>
    public long Revision { get; init; }
    /// <summary>The time of the oldest report with personal data; null if there is none.</summary>
    public DateTimeOffset? PersonalSince { get; init; }

    public TypoReport Evolve(object @event) => @event switch
    {
        TypoReported e => WithReport(e).With([.. Reporters, new Reporter(e.ReportId, e.Comment, e.Email, e.ReportedAt)]),
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

    private TypoReport WithReport(TypoReported e) => First is not null ? Next : Next with
    {
        First = e with { Comment = null, Email = null },
        ArticleId = e.ArticleId,
        Section = e.Section,
        ReportedAt = e.ReportedAt,
    };

    /// <summary>
    /// The id of a location, derived from where it first appeared. It is the same in every version in which the location is reported, so
    /// that concurrent reports reach the same stream.
    /// </summary>
    public static Guid IdOf(Guid article, long originVersion, Spot origin) =>
        DeterministicId.Of($"{article:N}/{originVersion}/{origin.Lang}/{origin.Part}/{origin.Start}/{origin.Length}");
}

/// <summary>One report of the location, with the comment and the e-mail address if the reporter left them.</summary>
public sealed record Reporter(
    Guid ReportId, [property: Confidential] string? Comment, [property: Confidential] string? Email, DateTimeOffset At) : Stored
{
    [JsonIgnore]
    public bool IsPersonal => Comment is not null || Email is not null;
}
