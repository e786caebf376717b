using Platform.Postgres;
using Platform.Web;

namespace Comments.Threads;

/// <summary>
/// Reads a page of the comments below one place of the tree and, level by level, the first replies to each of them. One statement reads
/// everything, and its cost depends on the size of the page, not on the number of comments on the article.
/// </summary>
internal static class ThreadPage
{
    /// <summary>The number of levels that a page contains. The tree is collapsed below them.</summary>
    public const int Levels = 3;
    /// <summary>The number of replies that a page contains for each comment.</summary>
    public const int RepliesPerComment = 3;

    private static readonly Dictionary<string, SortOrder> Sorts = new()
    {
        ["newest"] = new("posted_at desc, id desc", "(posted_at, id) < ($3, $4)"),
        ["oldest"] = new("posted_at, id", "(posted_at, id) > ($3, $4)"),
        ["best"] = new("best desc, posted_at desc, id desc", "(best, posted_at, id) < ($5, $3, $4)"),
    };

    /// <summary>Reads the page below an article or a comment. Returns null if it does not exist.</summary>
    public static async Task<FoundPage?> Read(
        ReadPool database,
        Place place,
        Guid id,
        string sort,
        Paging paging,
        CancellationToken ct)
    {
        var (page, arguments) = Query(id, sort, paging);
        var found = await database.Read(ThreadRow.Sql(place, page, "page"), ThreadRow.Read, ct, arguments);
        if (found.Count == 0) return null;
        return new(found[0].Article, Tree(found.Select(f => f.Row), place == Place.Article ? null : id, sort, paging));
    }

    /// <summary>Reads a comment, the comments above it, and the first page of its replies. Returns null if it does not exist.</summary>
    public static async Task<CommentPlace?> ReadAround(ReadPool database, Guid comment, CancellationToken ct)
    {
        const string Sort = "oldest";
        var paging = new Paging(20, null);
        var (page, arguments) = Query(comment, Sort, paging);
        var path =
            $"""
            path as (
              select {ThreadRow.Columns}, 0::bigint as number, -1 as level from comments.thread where id = $1
              union all
              select t.*, 0, p.level - 1 from path p
                cross join lateral (select {ThreadRow.Columns} from comments.thread where id = p.place) t)
            """;
        var found = await database.Read(
            ThreadRow.Sql(Place.Comment, $"{path}, {page}", "(select * from path union all select * from page)"),
            ThreadRow.Read,
            ct,
            arguments);
        if (found.Count == 0) return null;
        var rows = found.Select(f => f.Row!).ToLookup(r => r.Level < 0);
        var upwards = rows[true].OrderByDescending(r => r.Level).Select(r => r.Item).ToArray();
        return new(
            found[0].Article,
            upwards.Length - 1,
            [.. upwards.Skip(1).Take(ThreadRow.MaxAbove).Reverse()],
            upwards[0] with { Replies = upwards[0].ReplyCount == 0 ? null : Tree(rows[false], comment, Sort, paging) });
    }

    /// <summary>
    /// SQL for a page below the place $1: it numbers the comments with the same parent, and reads one comment more than it shows, so that
    /// it is known whether another page follows.
    /// </summary>
    private static (string Sql, IReadOnlyList<object> Arguments) Query(Guid place, string sort, Paging paging)
    {
        if (!Sorts.TryGetValue(sort, out var sorted)) throw new Malformed("sort", $"must be one of {string.Join(", ", Sorts.Keys)}");
        var after = paging.After<Key>();
        if (after is not null && sort == "best" && after.Best is null)
            throw new Malformed("cursor", "belongs to another sort order; omit it to start at the first page");
        var replies = Sorts[ReplySort(sort)].Order;
        var sql =
            $"""
            page as (
              select r.*, 0 as level from ({Numbered("$1", after is null ? "" : $"and {sorted.Beyond}", sorted.Order, "$2")}) r
              union all
              select r.*, p.level + 1 from page p cross join lateral ({Numbered("p.id", "", replies, $"{RepliesPerComment}")}) r
                where p.replies > 0 and p.level < {Levels - 1} and p.number <= case p.level when 0 then $2 else {RepliesPerComment} end)
            """;
        List<object> arguments = [place, paging.Limit];
        if (after is not null) arguments.AddRange([after.PostedAt, after.Id]);
        if (after is not null && sort == "best") arguments.Add(after.Best!.Value);
        return (sql, arguments);
    }

    private static string Numbered(string place, string beyond, string order, string limit) =>
        $"""
        select *, row_number() over (order by {order}) as number from (
          select {ThreadRow.Columns} from comments.thread where place = {place} and visible {beyond} order by {order} limit {limit} + 1) c
        """;

    /// <summary>The sort order of the replies below the comments of a page: conversations are read from the oldest reply on.</summary>
    private static string ReplySort(string sort) => sort == "best" ? "best" : "oldest";

    private static Page<CommentItem> Tree(IEnumerable<ThreadRow?> rows, Guid? parent, string sort, Paging paging) =>
        Tree(rows.OfType<ThreadRow>().ToLookup(r => r.Item.ParentId), 0, parent, sort, paging);

    private static Page<CommentItem> Tree(
        ILookup<Guid?, ThreadRow> rows,
        int level,
        Guid? parent,
        string sort,
        Paging paging) =>
        paging.Page(
            [.. rows[parent].OrderBy(r => r.Number)],
            r => new Key(r.PostedAt, r.Item.Id, sort == "best" ? r.Best : null),
            r => r.Item with
            {
                Replies = r.Item.ReplyCount > 0 && level + 1 < Levels
                    ? Tree(rows, level + 1, r.Item.Id, ReplySort(sort), new Paging(RepliesPerComment, null))
                    : null,
            });

    /// <summary>SQL for a sort order, and for the rows after the key $3, $4 (and $5).</summary>
    private sealed record SortOrder(string Order, string Beyond);

    /// <summary>The position at which a page ended. <c>Best</c> is set only in the sort order "best".</summary>
    private sealed record Key(DateTimeOffset PostedAt, Guid Id, double? Best = null);
}

/// <summary>A page of comments, and the article to which they belong.</summary>
internal sealed record FoundPage(Guid Article, Page<CommentItem> Comments);
