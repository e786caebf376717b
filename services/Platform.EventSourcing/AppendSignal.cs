using JasperFx.Events.Daemon.HighWater;
using Marten;
using Marten.Services;

namespace Platform.EventSourcing;

/// <summary>
/// Wakes this process's daemon as soon as a session here has committed events, which costs the database nothing
/// (NOTIFY would serialise commits). What other replicas append is found by brisk polling.
/// </summary>
public sealed class AppendSignal : DocumentSessionListenerBase, IDaemonWakeup
{
    private readonly SemaphoreSlim _appended = new(0, 1);

    /// <inheritdoc />
    public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (commit.GetStreams().Any()) Pulse();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task WaitAsync(TimeSpan timeout, CancellationToken token) => _appended.WaitAsync(timeout, token);

    /// <inheritdoc />
    public void Dispose() => _appended.Dispose();

    private void Pulse()
    {
        // Full means that a wake-up is already on its way: that one will see this commit too.
        try { _appended.Release(); } catch (SemaphoreFullException) { return; }
    }
}
