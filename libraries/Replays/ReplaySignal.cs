using Marten;
using Marten.Services;

namespace Platform.Replays;

/// <summary>
/// Wakes the <see cref="ReplayRunner"/> of this replica when a replay was requested through it. A signal that arrives while the runner is
/// not waiting ends its next wait.
/// </summary>
public sealed class ReplaySignal : IDocumentSessionListener, IDisposable
{
    private readonly SemaphoreSlim _requested = new(0, 1);
    private readonly Lock _signalLock = new();

    /// <summary>Waits for a request, or for the time limit.</summary>
    public Task Wait(TimeSpan limit, CancellationToken ct) => _requested.WaitAsync(limit, ct);

    /// <inheritdoc />
    public Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (!commit.GetStreams().Any(s => s.Events.Any(e => e.Data is ReplayRequested))) return Task.CompletedTask;
        lock (_signalLock)
            if (_requested.CurrentCount == 0) _requested.Release();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token) => Task.CompletedTask;

    /// <inheritdoc />
    public void DocumentLoaded(object id, object document) { }

    /// <inheritdoc />
    public void DocumentAddedForStorage(object id, object document) { }

    /// <inheritdoc />
    public void Dispose() => _requested.Dispose();
}
