using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Platform.EventSourcing;
using Platform.Web;

namespace Platform.Replays;

/// <summary>
/// What a replay does. <c>DryRun</c> and <c>Verify</c> change nothing, <c>Apply</c> takes effect, and <c>Retry</c> and <c>Discard</c>
/// handle failed messages.
/// </summary>
public enum ReplayMode
{
    /// <summary>Report what would happen.</summary>
    DryRun,
    /// <summary>Compare the live data with a rebuild.</summary>
    Verify,
    /// <summary>Carry out the replay.</summary>
    Apply,
    /// <summary>Return failed messages to their queue.</summary>
    Retry,
    /// <summary>Discard failed messages.</summary>
    Discard,
}

/// <summary>The status of a replay. The last three are final.</summary>
public enum ReplayStatus
{
    /// <summary>No replica has started it yet.</summary>
    Queued,
    /// <summary>A replica is running it, or will continue it after another replica was lost.</summary>
    Running,
    /// <summary>It has completed.</summary>
    Completed,
    /// <summary>It was cancelled.</summary>
    Cancelled,
    /// <summary>It failed and changed nothing; the error gives the reason.</summary>
    Failed,
}

/// <summary>The events that are replayed. Properties that are null do not restrict them. Ranges include both ends.</summary>
public sealed record ReplayScope(
    string? Stream = null,
    long? FromSequence = null,
    long? ToSequence = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    IReadOnlyList<string>? Types = null) : Stored
{
    /// <summary>Whether both scopes select the same events. <see cref="Types"/> are compared one by one.</summary>
    public bool Equals(ReplayScope? other) =>
        other is not null
        && (Stream, FromSequence, ToSequence, From, To) == (other.Stream, other.FromSequence, other.ToSequence, other.From, other.To)
        && (Types is null) == (other.Types is null)
        && (Types ?? []).SequenceEqual(other.Types ?? []);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Stream, FromSequence, ToSequence, From, To, Types?.Count);
}

/// <summary>
/// A row of the live table that is wrong. <paramref name="What"/> is differs, missing (from the live table) or extra.
/// <paramref name="Fields"/> names the fields that differ. Their values are never stored, because replays are kept forever, while a row may
/// contain personal data that must be erased later.
/// </summary>
public sealed record Difference(string Id, string What, IReadOnlyList<string> Fields) : Stored;

/// <summary>
/// The comparison of the live read model with the rebuilt one: the number of rows that are the same, that differ, that are missing from the
/// live one, and that are only in the live one. <paramref name="Samples"/> contains some of the differences.
/// </summary>
public sealed record Comparison(
    long Same,
    long Differ,
    long Missing,
    long Extra,
    IReadOnlyList<Difference> Samples) : Stored
{
    /// <summary>The number of rows that are wrong in the live read model.</summary>
    public long Differences() => Differ + Missing + Extra;
}

/// <summary>
/// A replay was requested. <paramref name="Refill"/> is true if the consumer of a queue requested it, because the queue was declared again.
/// <paramref name="Messages"/> contains the type names of the public events that this consumer handles.
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
/// <summary>A replica started the replay, or continues it after another replica was lost.</summary>
public sealed record ReplayStarted(string Replica, DateTimeOffset At);
/// <summary>
/// The replay made progress. <paramref name="Step"/> is its current step. After a restart it continues after <paramref name="Position"/>.
/// </summary>
public sealed record ReplayAdvanced(
    string Step,
    long Done,
    long Total,
    long Position,
    DateTimeOffset At);
/// <summary>The replay completed. <paramref name="Comparison"/> is null if it compared nothing.</summary>
public sealed record ReplayCompleted(long Done, Comparison? Comparison, DateTimeOffset At);
/// <summary>The replay was cancelled.</summary>
public sealed record ReplayCancelled(string By, DateTimeOffset At);
/// <summary>The replay failed.</summary>
public sealed record ReplayFailed(string Error, DateTimeOffset At);

/// <summary>
/// A replay: who requested it and why, its progress, and its result. It is a stream of the service whose events are replayed.
/// </summary>
public sealed record Replay : Stored, IState<Replay>
{
    /// <summary>The prefix of the streams of replays. The relay and replays skip these streams.</summary>
    public const string Prefix = Relay.UnpublishedPrefix;

    /// <summary>The key of its stream.</summary>
    public string Id { get; init; } = "";
    /// <summary><c>readModel:NAME</c>, <c>bus</c>, <c>bus:QUEUE</c>, <c>eventTimes</c>, <c>schema</c> or <c>failures:GROUP</c>.</summary>
    public string Target { get; init; } = "";
    /// <summary>What the replay does.</summary>
    public ReplayMode Mode { get; init; }
    /// <summary>The events that are replayed.</summary>
    public ReplayScope Scope { get; init; } = new();
    /// <summary>The maximum number of events per second, or null for the default.</summary>
    public int? PerSecond { get; init; }
    /// <summary>Why it was requested.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Who requested it.</summary>
    public string By { get; init; } = "";
    /// <summary>Whether the consumer of a queue requested it, because the queue was declared again.</summary>
    public bool? Refill { get; init; }
    /// <summary>The type names of the public events that are sent; null for all types.</summary>
    public IReadOnlyList<string>? Messages { get; init; }
    /// <summary>The status of the replay.</summary>
    public ReplayStatus Status { get; init; }
    /// <summary>The current step.</summary>
    public string? Step { get; init; }
    /// <summary>The number of events, rows or messages that are done.</summary>
    public long Done { get; init; }
    /// <summary>The number of events, rows or messages in all; 0 while it is unknown.</summary>
    public long Total { get; init; }
    /// <summary>
    /// The number of the event at which a restart continues. It is negative if the replay proceeds from the newest event to the oldest.
    /// </summary>
    public long Position { get; init; }
    /// <summary>The replica that runs the replay, or ran it last.</summary>
    public string? Replica { get; init; }
    /// <summary>How often it was started.</summary>
    public int Starts { get; init; }
    /// <summary>When it was requested.</summary>
    public DateTimeOffset RequestedAt { get; init; }
    /// <summary>When it was last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>The value of <see cref="Done"/> when it was last started.</summary>
    public long DoneBefore { get; init; }
    /// <summary>When it last reported progress.</summary>
    public DateTimeOffset? AdvancedAt { get; init; }
    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>The result of the comparison, if there was one.</summary>
    public Comparison? Comparison { get; init; }
    /// <summary>The reason why it failed.</summary>
    public string? Error { get; init; }
    /// <summary>Who cancelled it.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>Whether the replay has not ended yet.</summary>
    public bool Active => Status is ReplayStatus.Queued or ReplayStatus.Running;

    /// <summary>Returns the key of the stream of a replay.</summary>
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
    /// Appends an event only if the replay has not ended and has not been started again since start number <paramref name="start"/>.
    /// </summary>
    public static IEnumerable<object> While(Replay? replay, int start, object happened) =>
        replay is { Active: true } && replay.Starts == start ? [happened] : [];

    /// <summary>Cancels the replay. Cancelling it again changes nothing.</summary>
    public static IEnumerable<object> Cancel(Replay? replay, string by, DateTimeOffset now)
    {
        if (replay is null || replay.RequestedAt == default) throw new NotFound("There is no replay with this id.");
        if (replay.Status == ReplayStatus.Cancelled) yield break;
        if (!replay.Active)
            throw new Rejected($"The replay cannot be cancelled, because it is already {replay.Status.ToString().ToLowerInvariant()}.");
        yield return new ReplayCancelled(by, now);
    }

    /// <summary>Records the request. Repeating the same request under the same id changes nothing.</summary>
    public static IEnumerable<object> Request(Replay? replay, ReplayRequested wanted)
    {
        if (replay is null) return [wanted];
        var same = (replay.Target, replay.Mode, replay.Scope, replay.PerSecond, replay.Reason)
            == (wanted.Target, wanted.Mode, wanted.Scope, wanted.PerSecond, wanted.Reason);
        if (!same) throw new Rejected("This Idempotency-Key was already used for a different replay. Use a new key for a new replay.");
        return [];
    }

    /// <summary>The number of events, rows or messages per second since it was last started.</summary>
    public double Rate() =>
        StartedAt is { } start && (EndedAt ?? AdvancedAt) is { } last && last > start
            ? (Done - DoneBefore) / (last - start).TotalSeconds
            : 0;

    /// <summary>When the replay will complete if it continues at its present rate, or null if that is unknown.</summary>
    public DateTimeOffset? Expected() =>
        Status == ReplayStatus.Running && Total > Done && Rate() is > 0 and var rate
            ? AdvancedAt!.Value.AddSeconds((Total - Done) / rate)
            : null;
}

/// <summary>The replays of a service as documents, for lists and for the runner.</summary>
public sealed class ReplayProjection : SingleStreamProjection<Replay, string>
{
    /// <summary>Registers the documents of replays.</summary>
    public static void Configure(StoreOptions options)
    {
        options.Projections.Add(new ReplayProjection(), ProjectionLifecycle.Inline);
        options.Schema.For<Replay>().Duplicate(r => r.Status, notNull: true).Duplicate(r => r.RequestedAt, notNull: true);
    }

    /// <summary>Registers all events of a replay.</summary>
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
