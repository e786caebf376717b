namespace Platform.Contracts.Refills;

/// <summary>
/// A queue was declared anew, so messages may be missing: the service that receives this sends its public events to that queue again.
/// <paramref name="Since"/>: only those that occurred at that time or later; null for all of them.
/// </summary>
public sealed record RefillRequested(string Queue, DateTimeOffset? Since = null);
