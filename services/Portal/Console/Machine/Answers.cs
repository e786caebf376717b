using System.Text.Json;

namespace Portal.Console.Machine;

/// <summary>Every replica of every service, as the gateway sees them.</summary>
public sealed record PlatformView(string Status, IReadOnlyList<ServiceView> Services);

/// <summary>A service and its replicas.</summary>
public sealed record ServiceView(string Service, IReadOnlyList<ReplicaView> Replicas);

/// <summary>One process: Healthy, Degraded, Unhealthy or Unreachable, and what it says of itself.</summary>
public sealed record ReplicaView(string Name, string Address, string Status, HealthView? Says);

/// <summary>A process's own health document.</summary>
public sealed record HealthView(string? Version, IReadOnlyDictionary<string, CheckView>? Checks);

/// <summary>One check, and why it is not healthy.</summary>
public sealed record CheckView(string Status, string? Description);

/// <summary>Who follows a service's events: its relay, its read models, its queues.</summary>
public sealed record ConsumerView(
    string Name,
    string Kind,
    long Position,
    long Lag,
    string Status,
    string? LastError,
    DateTimeOffset? ErrorAt,
    string? Replica,
    long Failed,
    double LagSeconds = 0);

/// <summary>An epoch of a service's store: from 1 on, it began because the store had lost events.</summary>
public sealed record EpochView(long Number, DateTimeOffset BeganAt, string Reason, long Lost, IReadOnlyList<LostEventView> Events);

/// <summary>An event that other services had heard of.</summary>
public sealed record LostEventView(string Stream, long Version);

/// <summary>Failed messages of one kind.</summary>
public sealed record FailureView(
    string Group,
    string Source,
    string Exception,
    string MessageType,
    long Count,
    DateTimeOffset? First,
    DateTimeOffset? Last,
    FailureSampleView Sample);

/// <summary>One of them.</summary>
public sealed record FailureSampleView(string? MessageId, string? Error, string Body);

/// <summary>A replay, or what was done about failures.</summary>
public sealed record ReplayView(
    Guid Id, string Target, string Mode, ScopeView Scope, string State, string? Step, long Done, long Total, double PerSecond,
    DateTimeOffset? Expected, string Reason, string By,
    DateTimeOffset RequestedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Replica, int Starts, string? CancelledBy,
    string? Error, ComparisonView? Comparison, string? Summary)
{
    /// <summary>Whether it is still at work.</summary>
    public bool Active => State is "queued" or "running";
}

/// <summary>Which events.</summary>
public sealed record ScopeView(
    string? Stream, long? FromSequence, long? ToSequence, DateTimeOffset? From, DateTimeOffset? To, IReadOnlyList<string>? Types);

/// <summary>The live read model against the rebuilt one.</summary>
public sealed record ComparisonView(long Same, long Differ, long Missing, long Extra, IReadOnlyList<DifferenceView> Samples)
{
    /// <summary>Rows that are not what the events say.</summary>
    public long Differences => Differ + Missing + Extra;
}

/// <summary>A row that is not what its events say.</summary>
public sealed record DifferenceView(string Id, string What, IReadOnlyList<string> Fields);

/// <summary>An event as it is stored.</summary>
public sealed record EventView(
    long Sequence, Guid Id, string Stream, long Version, string Type, DateTimeOffset At, string? By, string? Trace, JsonElement Data);

/// <summary>What a stream came to, after a version.</summary>
public sealed record StreamView(string Stream, long Version, DateTimeOffset At, string? Type, JsonElement? State);
