using Marten;

namespace Platform.EventSourcing;

/// <summary>The error that stops the relay. It is kept in the store so that every replica can report it.</summary>
public sealed record RelayTrouble : Stored
{
    /// <summary>The constant id: a service has only one relay.</summary>
    public string Id { get; init; } = Relay.Id;
    /// <summary>The type and the message of the exception.</summary>
    public string Error { get; init; } = "";
    /// <summary>When the error occurred.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Stores the error of the relay for every replica, or removes it when the relay works again.</summary>
internal sealed class TroubleReport(IDocumentStore store, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>Whether an error is stored; null if that is unknown, because another replica may have been the leader.</summary>
    private bool? _hasError;

    /// <summary>Must be called at the beginning of a term, because another replica may have been the leader since the last one.</summary>
    public void Reset() => _hasError = null;

    public async Task Report(Exception? error, CancellationToken ct)
    {
        var hasError = error is not null;
        if (_hasError == hasError) return;
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (_hasError == hasError) return;
            await using var session = store.LightweightSession();
            if (error is null) session.Delete<RelayTrouble>(Relay.Id);
            else session.Store(new RelayTrouble { Error = $"{error.GetType().Name}: {error.Message}", At = clock.GetUtcNow() });
            await session.SaveChangesAsync(ct);
            _hasError = hasError;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
