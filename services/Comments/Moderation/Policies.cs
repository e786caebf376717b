using Marten;

namespace Comments.Moderation;

/// <summary>
/// A cache of all policies, so that posting a comment needs no query for them. It is at most one second old, and is invalidated at once
/// if this replica changes a policy. Concurrent posts share the query that refreshes it.
/// </summary>
public sealed class Policies(IDocumentStore store, TimeProvider clock)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private Cached? _cached;

    public async ValueTask<Rules> For(Guid article, string? section, CancellationToken ct)
    {
        var policies = await Current().WaitAsync(ct);
        return Rules.Of(
            policies.GetValueOrDefault(Streams.PolicyOfArticle(article)),
            section is null ? null : policies.GetValueOrDefault(Streams.PolicyOfSection(section)),
            policies.GetValueOrDefault(Streams.PolicyOfAll));
    }

    /// <summary>A query that was sent before the call is not used after it.</summary>
    public void Invalidate()
    {
        lock (_lock) _cached = null;
    }

    private Task<IReadOnlyDictionary<string, ModerationPolicy>> Current()
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (_cached is not { ById.IsFaulted: false } cached
                || now - cached.At is var age && (age > MaxAge || age < TimeSpan.Zero))
                _cached = cached = new(now, Load());
            return cached.ById;
        }
    }

    private async Task<IReadOnlyDictionary<string, ModerationPolicy>> Load()
    {
        await using var session = store.QuerySession();
        return (await session.Query<ModerationPolicy>().ToListAsync()).ToDictionary(p => p.Id);
    }

    private sealed record Cached(DateTimeOffset At, Task<IReadOnlyDictionary<string, ModerationPolicy>> ById);
}
