namespace Articles;

/// <summary>
/// The moment since which lists of articles say the same, for <c>Last-Modified</c>. The newest article of a list cannot tell: a retraction
/// takes articles out. So it is the time of the last event that changes what readers see of articles; never before this process started,
/// whose version and settings shape the lists, too.
/// </summary>
public sealed class LastChange(SearchDatabase database, TimeProvider clock)
{
    /// <summary>
    /// The header counts seconds, and a transaction stores events after their time: a more recent change may not be the last.
    /// </summary>
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _started = clock.GetUtcNow();

    /// <summary>The moment, or null while it may still move unseen. Read it before the list.</summary>
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
