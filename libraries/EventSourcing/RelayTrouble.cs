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

    /// <summary>The stored error, or an empty text; null if it is unknown, because another replica may have been the leader.</summary>
    private string? _stored;

    /// <summary>Must be called at the beginning of a term, because another replica may have been the leader since the last one.</summary>
    public void Reset() => _stored = null;

    public async Task Report(Exception? error, CancellationToken ct)
    {
        var text = error is null ? "" : $"{error.GetType().Name}: {error.Message}";
        if (_stored == text) return;
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (_stored == text) return;
            await using var session = store.LightweightSession();
            if (error is null) session.Delete<RelayTrouble>(Relay.Id);
            else session.Store(new RelayTrouble { Error = text, At = clock.GetUtcNow() });
            await session.SaveChangesAsync(ct);
            _stored = text;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
