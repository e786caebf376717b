using Marten;

namespace Comments.Moderation;

/// <summary>
/// A cache of all policies, so that posting a comment needs no query for them. It is at most one second old, and is invalidated at once
/// if this replica changes a policy.
/// </summary>
public sealed class Policies(IDocumentStore store, TimeProvider clock)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private volatile Cached? _cached; // one reference, because concurrent requests read and replace it

    public async ValueTask<Rules> For(Guid article, string? section, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_cached is not { } cached || now - cached.At is var age && (age > MaxAge || age < TimeSpan.Zero))
            _cached = cached = new(now, await Load(ct));
        return Rules.Of(
            cached.ById.GetValueOrDefault(Streams.PolicyOfArticle(article)),
            section is null ? null : cached.ById.GetValueOrDefault(Streams.PolicyOfSection(section)),
            cached.ById.GetValueOrDefault(Streams.PolicyOfAll));
    }

    public void Invalidate() => _cached = null;

    private async Task<IReadOnlyDictionary<string, ModerationPolicy>> Load(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return (await session.Query<ModerationPolicy>().ToListAsync(ct)).ToDictionary(p => p.Id);
    }

    private sealed record Cached(DateTimeOffset At, IReadOnlyDictionary<string, ModerationPolicy> ById);
}
