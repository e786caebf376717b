using Npgsql;

namespace Comments.Threads;

/// <summary>
/// A row of the tree. <paramref name="Level"/> is 0 directly below the place that was requested, and negative for the requested comment
/// (-1) and the comments above it. <paramref name="Number"/> is the position among the comments with the same parent;
/// <paramref name="PostedAt"/> and <paramref name="Best"/> are the keys of the sort orders.
/// </summary>
internal sealed record ThreadRow(
    int Level,
    long Number,
    DateTimeOffset PostedAt,
    double Best,
    CommentItem Item)
{
    /// <summary>The columns of the table that readers need.</summary>
    public const string Columns = "id, place, posted_at, shown, replies, up - down as score, best";

    /// <summary>The number of comments above a comment whose texts are read. They are the nearest ones.</summary>
    public const int MaxAbove = 20;

    /// <summary>
    /// A statement that reads <paramref name="rows"/>, which <paramref name="queries"/> define, with the texts of the comments that are
    /// shown. It returns nothing if the place does not exist, and one result without a row if the place exists and there are no rows.
    /// </summary>
    /// <remarks>
    /// The texts are read by a lateral join with a limit, which PostgreSQL always executes as one index scan for each row. It cannot
    /// estimate how many rows a recursive query returns, so it might execute another join by reading the whole table.
    /// </remarks>
    public static string Sql(Place place, string queries, string rows) =>
        $"""
        with recursive {queries}
        select found.article_id, r.id, r.place, r.posted_at, r.replies, r.score, r.best, r.number, r.level,
          v.author, v.text, v.html, v.posted, v.edited
        from ({place.Sql}) found left join {rows} r on true left join lateral (
          select {CommentItem.Parts} from comments.mt_doc_commentview
          where r.shown and -r.level <= {MaxAbove + 1} and id = 'comment-' || r.id limit 1) v on true
        """;

    /// <summary>Reads one result of the query.</summary>
    public static (Guid Article, ThreadRow? Row) Read(NpgsqlDataReader row)
    {
        var article = row.GetGuid(0);
        if (row.IsDBNull(1)) return (article, null);
        var (id, place, postedAt) = (row.GetGuid(1), row.GetGuid(2), row.GetFieldValue<DateTimeOffset>(3));
        Guid? parent = place == article ? null : place;
        var item = row.IsDBNull(9) ? CommentItem.Tombstone(id, parent, postedAt) : CommentItem.Shown(id, parent, row, 9);
        return (article, new(
            row.GetInt32(8),
            row.GetInt64(7),
            postedAt,
            row.GetDouble(6),
            item with { Score = row.GetInt32(5), ReplyCount = row.GetInt32(4) }));
    }
}
