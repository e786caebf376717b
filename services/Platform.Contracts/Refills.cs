namespace Platform.Contracts.Refills;

/// <summary>
/// A queue was declared anew, so messages may be missing: the service that receives this sends its public events to that queue again.
/// </summary>
/// <param name="Queue">The queue.</param>
/// <param name="Since">Only events that occurred at that time or later; null for all of them.</param>
/// <param name="Messages">The names of the types of public events that the queue's consumer handles; null for all of them.</param>
public sealed record RefillRequested(string Queue, DateTimeOffset? Since = null, IReadOnlyList<string>? Messages = null);
