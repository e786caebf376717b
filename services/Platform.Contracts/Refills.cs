namespace Platform.Contracts.Refills;

/// <summary>
/// A queue was empty because it was declared anew: the service that gets this sends all its public events to that queue again, and then
/// <see cref="RefillCompleted"/>. <paramref name="Epoch"/>: of the one who asks.
/// </summary>
public sealed record RefillRequested(string Queue, long Epoch = 0);

/// <summary>
/// Everything that <paramref name="Service"/> had published when the refill began was sent to the queue before this.
/// <paramref name="Epoch"/>: of the service.
/// </summary>
public sealed record RefillCompleted(string Queue, string Service, long Epoch = 0);
