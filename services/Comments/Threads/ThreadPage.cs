using Comments.Posting;
using Marten;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Comments.Threads;

/// <summary>A row of the tree, with the view of its comment.</summary>
internal sealed record ThreadRow(
    Guid Id,
    Guid ArticleId,
    Guid Place,
    DateTimeOffset PostedAt,
    bool Shown,
    int Replies,
    int Up,
    int Down,
    double Best,
    int Level,
    long Number,
    CommentView? View)
{
    internal const string Columns = "id, article_id, place, posted_at, shown, replies, up, down, best";
}

/// <summary>
/// Reads a page of the comments below one place of the tree and, level by level, the first replies to each of them. The cost depends on the
/// size of the page, not on the number of comments on the article.
/// </summary>
internal static class ThreadPage
{
    /// <summary>The number of levels that a page contains. The tree is collapsed below them.</summary>
    public const int Levels = 3;
    /// <summary>The number of replies that a page contains for each comment.</summary>
    public const int RepliesPerComment = 3;

    /// <summary>The position at which a page ended. <c>Best</c> is set only in the sort order "best".</summary>
    private sealed record Key(DateTimeOffset PostedAt, Guid Id, double? Best = null);

    private static readonly Dictionary<string, (string Order, string Beyond)> Sorts = new()
    {
        ["newest"] = ("posted_at desc, id desc", "(posted_at, id) < (@at, @id)"),
        ["oldest"] = ("posted_at, id", "(posted_at, id) > (@at, @id)"),
        ["best"] = ("best desc, posted_at desc, id desc", "(best, posted_at, id) < (@best, @at, @id)"),
    };

    public static async Task<Page<CommentItem>> Read(
        IQuerySession session,
        Guid place,
        string sort,
        Paging paging,
        CancellationToken ct)
    {
        if (!Sorts.TryGetValue(sort, out var sorted)) throw new Malformed("sort", $"must be one of {string.Join(", ", Sorts.Keys)}");
        var after = paging.After<Key>();
        if (after is not null && sort == "best" && after.Best is null)
            throw new Malformed("cursor", "belongs to another sort order; omit it to start at the first page");
        var replySort = ReplySort(sort);
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        await using var command = new NpgsqlCommand(
            $"""
            with recursive page as (
              select t.*, 0 as level, row_number() over (order by {sorted.Order}) as number
                from (select {ThreadRow.Columns} from {schema}.thread where place = @place and visible {(after is null
                    ? ""
                    : $"and {sorted.Beyond}")} order by {sorted.Order} limit @limit + 1) t
              union all
              select r.*, p.level + 1, row_number() over (partition by p.id order by {Qualified("r", Sorts[replySort].Order)}) from page p
                cross join lateral (select {ThreadRow.Columns} from {schema}.thread where place = p.id and visible
                  order by {Sorts[replySort].Order} limit @each + 1) r
                where p.level + 1 < @levels and p.number <= case p.level when 0 then @limit else @each end)
            select {ThreadRow.Columns}, level, number, (select data from {schema}.mt_doc_commentview v where v.id = 'comment-' || page.id)
            from page order by level, number
            """);
        command.Parameters.AddWithValue("place", place);
        command.Parameters.AddWithValue("limit", paging.Limit);
        command.Parameters.AddWithValue("each", RepliesPerComment);
        command.Parameters.AddWithValue("levels", Levels);
        if (after is not null)
        {
            command.Parameters.AddWithValue("at", after.PostedAt.ToUniversalTime());
            command.Parameters.AddWithValue("id", after.Id);
            if (sort == "best") command.Parameters.AddWithValue("best", after.Best!.Value);
        }
        var rows = (await Rows(session, command, ct)).ToLookup(r => (r.Level, r.Place));
        return Tree(rows, 0, place, sort, paging);
    }

    /// <summary>The sort order of the replies below the comments of a page: conversations are read from the oldest reply on.</summary>
    public static string ReplySort(string sort) => sort == "best" ? "best" : "oldest";

    public static async Task<IReadOnlyList<ThreadRow>> Rows(IQuerySession session, NpgsqlCommand command, CancellationToken ct)
    {
        var json = session.DocumentStore.Options.Serializer();
        return await (await session.ExecuteReaderAsync(command, ct)).Rows(
            row => new ThreadRow(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetGuid(2),
                row.GetFieldValue<DateTimeOffset>(3),
                row.GetBoolean(4),
                row.GetInt32(5),
                row.GetInt32(6),
                row.GetInt32(7),
                row.GetDouble(8),
                row.GetInt32(9),
                row.GetInt64(10),
                row.IsDBNull(11) ? null : json.FromJson<CommentView>(row, 11)),
            ct);
    }

    private static Page<CommentItem> Tree(
        ILookup<(int, Guid), ThreadRow> rows,
        int level,
        Guid place,
        string sort,
        Paging paging) =>
        paging.Page(
            [.. rows[(level, place)].OrderBy(r => r.Number)],
            r => new Key(r.PostedAt, r.Id, sort == "best" ? r.Best : null),
            r => CommentItem.Of(r) with
            {
                Replies = r.Replies > 0 && level + 1 < Levels
                    ? Tree(rows, level + 1, r.Id, ReplySort(sort), new Paging(RepliesPerComment, null))
                    : null,
            });

    private static string Qualified(string row, string order) => string.Join(", ", order.Split(", ").Select(c => $"{row}.{c}"));
}
