using Articles.Search;

namespace Articles.Feeds;

/// <summary>
/// The time of the last change of any list of articles, for <c>Last-Modified</c>. The date of the newest article in a list is not enough,
/// because a retraction removes articles. So the time is that of the last event that changes what readers see. It is never earlier than the
/// start of this process, because a new version or changed settings can change the lists too.
/// </summary>
public sealed class LastChange(SearchDatabase database, TimeProvider clock)
{
    /// <summary>
    /// The header has a resolution of one second, and a transaction commits after the time of its events. So another change with the same
    /// time may still follow a change that is more recent than this.
    /// </summary>
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _started = clock.GetUtcNow();

    /// <summary>
    /// Returns the time, or null if another change with the same time may still follow. Call this before reading the list.
    /// </summary>
    public async Task<DateTimeOffset?> Find(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var last = await database.Read(
            """
            select timestamp from articles.mt_events
            where type in ('article_published', 'article_revised', 'article_retracted', 'section_defined') order by seq_id desc limit 1
            """,
            row => row.GetFieldValue<DateTimeOffset>(0), ct);
        return Settled(last.Count == 0 ? null : last[0], _started, now);
    }

    internal static DateTimeOffset? Settled(DateTimeOffset? last, DateTimeOffset started, DateTimeOffset now)
    {
        var moment = last > started ? last.Value : started;
        return now - moment > Unsettled ? moment : null;
    }
}
