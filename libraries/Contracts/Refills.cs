namespace Platform.Contracts.Refills;

/// <summary>
/// A queue did not exist and was declared again, so messages may be missing. The service that receives this request sends its public events
/// to that queue again.
/// </summary>
/// <param name="Queue">The name of the queue.</param>
/// <param name="Since">Only events that occurred at this time or later are sent; null sends all of them.</param>
/// <param name="Messages">The type names of the public events that the queue's consumer handles; null sends all types.</param>
public sealed record RefillRequested(string Queue, DateTimeOffset? Since = null, IReadOnlyList<string>? Messages = null);
