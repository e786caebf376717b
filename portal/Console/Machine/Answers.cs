using System.Text.Json;

namespace Portal.Console.Machine;

/// <summary>The status of all replicas of all services, as the gateway sees them.</summary>
public sealed record PlatformView(string Status, IReadOnlyList<ServiceView> Services);

/// <summary>A service and its replicas.</summary>
public sealed record ServiceView(string Service, IReadOnlyList<ReplicaView> Replicas);

/// <summary>One process: its status (Healthy, Degraded, Unhealthy or Unreachable) and its own health document.</summary>
public sealed record ReplicaView(string Name, string Address, string Status, HealthView? Says);

/// <summary>The health document of a process.</summary>
public sealed record HealthView(string? Version, IReadOnlyDictionary<string, CheckView>? Checks);

/// <summary>One health check; <c>Description</c> is the reason if it is not healthy.</summary>
public sealed record CheckView(string Status, string? Description);

/// <summary>A consumer of a service's events: the relay, a read model or a queue.</summary>
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

/// <summary>An epoch of a service's store. Each epoch after the first (0) began because the store had lost events.</summary>
public sealed record EpochView(
    long Number,
    DateTimeOffset BeganAt,
    string Reason,
    long Lost,
    IReadOnlyList<LostEventView> Events);

/// <summary>A lost event that other services had already received.</summary>
public sealed record LostEventView(string Stream, long Version);

/// <summary>A group of failed messages with the same cause.</summary>
public sealed record FailureView(
    string Group,
    string Source,
    string Exception,
    string MessageType,
    long Count,
    DateTimeOffset? First,
    DateTimeOffset? Last,
    FailureSampleView Sample);

/// <summary>One message of such a group.</summary>
public sealed record FailureSampleView(string? MessageId, string? Error, string Body);

/// <summary>A replay, or a retry or discard of failed messages.</summary>
public sealed record ReplayView(
    Guid Id,
    string Target,
    string Mode,
    ScopeView Scope,
    string State,
    string? Step,
    long Done,
    long Total,
    double PerSecond,
    DateTimeOffset? Expected,
    string Reason,
    string By,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? Replica,
    int Starts,
    string? CancelledBy,
    string? Error,
    ComparisonView? Comparison,
    string? Summary)
{
    /// <summary>Whether it is queued or running.</summary>
    public bool Active => State is "queued" or "running";
}

/// <summary>The events that a replay processes.</summary>
public sealed record ScopeView(
    string? Stream,
    long? FromSequence,
    long? ToSequence,
    DateTimeOffset? From,
    DateTimeOffset? To,
    IReadOnlyList<string>? Types);

/// <summary>The comparison of the live read model with the rebuilt one.</summary>
public sealed record ComparisonView(
    long Same,
    long Differ,
    long Missing,
    long Extra,
    IReadOnlyList<DifferenceView> Samples)
{
    /// <summary>The number of rows that do not match the events.</summary>
    public long Differences => Differ + Missing + Extra;
}

/// <summary>A row that does not match its events.</summary>
public sealed record DifferenceView(string Id, string What, IReadOnlyList<string> Fields);

/// <summary>A stored event.</summary>
public sealed record EventView(
    long Sequence,
    Guid Id,
    string Stream,
    long Version,
    string Type,
    DateTimeOffset At,
    string? By,
    string? Trace,
    JsonElement Data);

/// <summary>The state of a stream after a version.</summary>
public sealed record StreamView(
    string Stream,
    long Version,
    DateTimeOffset At,
    string? Type,
    JsonElement? State);
