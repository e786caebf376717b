using Marten;

namespace Platform.EventSourcing;

/// <summary>What holds the relay up; kept in the store so that every replica can tell.</summary>
public sealed record RelayTrouble : Stored
{
    /// <summary>There is one relay.</summary>
    public string Id { get; init; } = Relay.Id;
    /// <summary>What was said.</summary>
    public string Error { get; init; } = "";
    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Tells every replica what holds the relay up, or that nothing does any more.</summary>
internal sealed class TroubleReport(IDocumentStore store, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>What they were told last; null: it is not known what another leader told them.</summary>
    private bool? _isTroubled;

    /// <summary>At the beginning of a term: another replica may have led since this one did.</summary>
    public void Forget() => _isTroubled = null;

    public async Task Tell(Exception? trouble, CancellationToken ct)
    {
        var isTroubled = trouble is not null;
        if (_isTroubled == isTroubled) return;
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (_isTroubled == isTroubled) return;
            await using var session = store.LightweightSession();
            if (trouble is null) session.Delete<RelayTrouble>(Relay.Id);
            else session.Store(new RelayTrouble { Error = $"{trouble.GetType().Name}: {trouble.Message}", At = clock.GetUtcNow() });
            await session.SaveChangesAsync(ct);
            _isTroubled = isTroubled;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
