using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// What becomes of what was worked out: nothing (<c>DryRun</c>, <c>Verify</c>), or it takes effect. <c>Retry</c> and <c>Discard</c> are of
/// failures.
/// </summary>
public enum ReplayMode
{
    /// <summary>Say what would happen.</summary>
    DryRun,
    /// <summary>Compare with what is there.</summary>
    Verify,
    /// <summary>Do it.</summary>
    Apply,
    /// <summary>Give failed messages back to their consumer.</summary>
    Retry,
    /// <summary>Drop failed messages.</summary>
    Discard,
}

/// <summary>Where a replay is; the last three are for good.</summary>
public enum ReplayStatus
{
    /// <summary>No replica works on it yet.</summary>
    Queued,
    /// <summary>A replica works on it, or will take it up where another left it.</summary>
    Running,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>Somebody ended it.</summary>
    Cancelled,
    /// <summary>It could not be done; the error says why.</summary>
    Failed,
}

/// <summary>Which events; all where nothing is said. Both ends of a range belong to it.</summary>
public sealed record ReplayScope(
    string? Stream = null,
    long? FromSequence = null,
    long? ToSequence = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    IReadOnlyList<string>? Types = null) : Stored
{
    /// <summary>Whether both name the same events, type by type.</summary>
    public bool Equals(ReplayScope? other) =>
        other is not null
        && (Stream, FromSequence, ToSequence, From, To) == (other.Stream, other.FromSequence, other.ToSequence, other.From, other.To)
        && (Types is null) == (other.Types is null)
        && (Types ?? []).SequenceEqual(other.Types ?? []);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Stream, FromSequence, ToSequence, From, To, Types?.Count);
}

/// <summary>
/// One row that is not what its events say. <paramref name="What"/>: differs, missing (from the live table) or extra;
/// <paramref name="Fields"/>: which of its fields are other. Never their values: a replay is kept for ever, and a row may hold what
/// somebody wants erased.
/// </summary>
public sealed record Difference(string Id, string What, IReadOnlyList<string> Fields) : Stored;

/// <summary>
/// Live read model against the rebuilt one, row by row: the same, another, missing from the live one, only in the live one; and a few of
/// them.
/// </summary>
public sealed record Comparison(long Same, long Differ, long Missing, long Extra, IReadOnlyList<Difference> Samples) : Stored
{
    /// <summary>Rows that are not what the events say.</summary>
    public long Differences() => Differ + Missing + Extra;
}

/// <summary>
/// Somebody wants events replayed, or failures dealt with. The author of the event is who; <paramref name="Reason"/> is why.
/// <paramref name="Refill"/>: the consumer of the queue asked for it, because the queue was declared anew. <paramref name="Messages"/>: the
/// names of the types of public events that it handles.
/// </summary>
public sealed record ReplayRequested(
    string Target,
    ReplayMode Mode,
    ReplayScope Scope,
    int? PerSecond,
    string Reason,
    string By,
    DateTimeOffset At,
    bool? Refill = null,
    IReadOnlyList<string>? Messages = null);
/// <summary>A replica took it up: for the first time, or where another one left it.</summary>
public sealed record ReplayStarted(string Replica, DateTimeOffset At);
/// <summary>So far it came: a restart goes on after <paramref name="Position"/>. <paramref name="Step"/> is what it is at.</summary>
public sealed record ReplayAdvanced(string Step, long Done, long Total, long Position, DateTimeOffset At);
/// <summary>It is done; what was compared, where something was.</summary>
public sealed record ReplayCompleted(long Done, Comparison? Comparison, DateTimeOffset At);
/// <summary>Somebody ended it early.</summary>
public sealed record ReplayCancelled(string By, DateTimeOffset At);
/// <summary>It could not be done.</summary>
public sealed record ReplayFailed(string Error, DateTimeOffset At);

/// <summary>
/// One replay: who wanted what and why, how far it is, what came of it. A stream like any other, kept by the service that it is about.
/// </summary>
public sealed record Replay : Stored, IState<Replay>
{
    /// <summary>What streams of replays begin with: the relay and replays pass over them.</summary>
    public const string Prefix = "replay-";

    /// <summary>Its stream.</summary>
    public string Id { get; init; } = "";
    /// <summary><c>readModel:NAME</c>, <c>bus</c>, <c>bus:QUEUE</c>, <c>eventTimes</c> or <c>failures:GROUP</c>.</summary>
    public string Target { get; init; } = "";
    /// <summary>What is to become of it.</summary>
    public ReplayMode Mode { get; init; }
    /// <summary>Which events.</summary>
    public ReplayScope Scope { get; init; } = new();
    /// <summary>At most so many events a second.</summary>
    public int? PerSecond { get; init; }
    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Who asked for it.</summary>
    public string By { get; init; } = "";
    /// <summary>Whether the consumer of the queue asked for it, because the queue was declared anew.</summary>
    public bool? Refill { get; init; }
    /// <summary>The names of the types of public events that are sent; null for all of them.</summary>
    public IReadOnlyList<string>? Messages { get; init; }
    /// <summary>Where it is.</summary>
    public ReplayStatus Status { get; init; }
    /// <summary>What it is at.</summary>
    public string? Step { get; init; }
    /// <summary>Events (rows, messages) done.</summary>
    public long Done { get; init; }
    /// <summary>How many there are to do; 0 while that is not known.</summary>
    public long Total { get; init; }
    /// <summary>A restart goes on after this sequence.</summary>
    public long Position { get; init; }
    /// <summary>Who works on it, or did last.</summary>
    public string? Replica { get; init; }
    /// <summary>How often it was taken up.</summary>
    public int Starts { get; init; }
    /// <summary>When it was asked for.</summary>
    public DateTimeOffset RequestedAt { get; init; }
    /// <summary>When it was last taken up.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>How much was done before that.</summary>
    public long DoneBefore { get; init; }
    /// <summary>When it last said how far it is.</summary>
    public DateTimeOffset? AdvancedAt { get; init; }
    /// <summary>When it came to its end.</summary>
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>What was compared.</summary>
    public Comparison? Comparison { get; init; }
    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
    /// <summary>Who cancelled it.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>Whether there is still something to do.</summary>
    public bool Active => Status is ReplayStatus.Queued or ReplayStatus.Running;

    /// <summary>The stream of a replay.</summary>
    public static string Stream(Guid id) => $"{Prefix}{id}";

    /// <inheritdoc />
    public Replay Evolve(object @event) => @event switch
    {
        ReplayRequested e => this with
        {
            Target = e.Target,
            Mode = e.Mode,
            Scope = e.Scope,
            PerSecond = e.PerSecond,
            Reason = e.Reason,
            By = e.By,
            RequestedAt = e.At,
            Refill = e.Refill,
            Messages = e.Messages,
        },
        ReplayStarted e => this with
        {
            Status = ReplayStatus.Running,
            Replica = e.Replica,
            Starts = Starts + 1,
            StartedAt = e.At,
            DoneBefore = Done,
        },
        ReplayAdvanced e => this with { Step = e.Step, Done = e.Done, Total = e.Total, Position = e.Position, AdvancedAt = e.At },
        ReplayCompleted e => this with { Status = ReplayStatus.Completed, Done = e.Done, Comparison = e.Comparison, EndedAt = e.At },
        ReplayCancelled e => this with { Status = ReplayStatus.Cancelled, CancelledBy = e.By, EndedAt = e.At },
        ReplayFailed e => this with { Status = ReplayStatus.Failed, Error = e.Error, EndedAt = e.At },
        _ => this,
    };

    /// <summary>
    /// Nothing is added to a replay that has ended, or that has been taken up again since start number <paramref name="start"/>.
    /// </summary>
    public static IEnumerable<object> While(Replay? replay, int start, object happened) =>
        replay is { Active: true } && replay.Starts == start ? [happened] : [];

    /// <summary>Ends it; ending it again changes nothing.</summary>
    public static IEnumerable<object> Cancel(Replay? replay, string by, DateTimeOffset now)
    {
        if (replay is null || replay.RequestedAt == default) throw new NotFound("There is no replay with this id.");
        if (replay.Status == ReplayStatus.Cancelled) yield break;
        if (!replay.Active)
            throw new Rejected($"The replay is {replay.Status.ToString().ToLowerInvariant()} already; there is nothing to cancel.");
        yield return new ReplayCancelled(by, now);
    }

    /// <summary>Begins it; the same request under the same id changes nothing.</summary>
    public static IEnumerable<object> Request(Replay? replay, ReplayRequested wanted)
    {
        if (replay is null) return [wanted];
        var same = (replay.Target, replay.Mode, replay.Scope, replay.PerSecond, replay.Reason)
            == (wanted.Target, wanted.Mode, wanted.Scope, wanted.PerSecond, wanted.Reason);
        if (!same) throw new Rejected("Another replay was asked for with this Idempotency-Key. Use a new key for a new replay.");
        return [];
    }

    /// <summary>Events (rows, messages) a second since it was last taken up.</summary>
    public double Rate() =>
        StartedAt is { } start && (EndedAt ?? AdvancedAt) is { } last && last > start
            ? (Done - DoneBefore) / (last - start).TotalSeconds
            : 0;

    /// <summary>When it will be done, should it go on as it has gone so far.</summary>
    public DateTimeOffset? Expected() =>
        Status == ReplayStatus.Running && Total > Done && Rate() is > 0 and var rate
            ? AdvancedAt!.Value.AddSeconds((Total - Done) / rate)
            : null;
}

/// <summary>The replays of a service as documents, for lists and for whoever takes them up.</summary>
public sealed class ReplayProjection : SingleStreamProjection<Replay, string>
{
    /// <summary>Of every event of a replay.</summary>
    public ReplayProjection()
    {
        Name = "replay";
        IncludeType<ReplayRequested>();
        IncludeType<ReplayStarted>();
        IncludeType<ReplayAdvanced>();
        IncludeType<ReplayCompleted>();
        IncludeType<ReplayCancelled>();
        IncludeType<ReplayFailed>();
    }

    /// <inheritdoc />
    public override Replay? Evolve(Replay? snapshot, string id, IEvent e) => (snapshot ?? new Replay { Id = id }).Evolve(e.Data);
}
