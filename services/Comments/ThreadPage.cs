using Marten;
using Npgsql;
using Platform.Hosting;

namespace Comments;

/// <summary>A row of the tree, and the comment's view.</summary>
internal sealed record ThreadRow(
    Guid Id, Guid ArticleId, Guid Place, DateTimeOffset PostedAt, bool Shown, int Replies, int Up, int Down, double Best, int Level,
    long Number, CommentView? View)
{
    internal const string Columns = "id, article_id, place, posted_at, shown, replies, up, down, best";
}

/// <summary>
/// A page of what stands at one place of the tree, and under each comment the first few of those that answer it, level by level: as much
/// work under an article with ten comments as under one with a million.
/// </summary>
internal static class ThreadPage
{
    /// <summary>Below so many levels the tree is collapsed.</summary>
    public const int Levels = 3;
    /// <summary>So many answers are shown under each comment.</summary>
    public const int RepliesEach = 3;

    /// <summary>Where a page ended; <c>best</c> in that order only.</summary>
    private sealed record Key(DateTimeOffset PostedAt, Guid Id, double? Best = null);

    private static readonly Dictionary<string, (string Order, string Beyond)> Sorts = new()
    {
        ["newest"] = ("posted_at desc, id desc", "(posted_at, id) < (@at, @id)"),
        ["oldest"] = ("posted_at, id", "(posted_at, id) > (@at, @id)"),
        ["best"] = ("best desc, posted_at desc, id desc", "(best, posted_at, id) < (@best, @at, @id)"),
    };

    public static async Task<Page<CommentItem>> Read(IQuerySession session, Guid place, string sort, Paging paging, CancellationToken ct)
    {
        if (!Sorts.TryGetValue(sort, out var sorted)) throw new Malformed("sort", $"must be {string.Join(", ", Sorts.Keys)}");
        var after = paging.After<Key>();
        if (after is not null && sort == "best" && after.Best is null)
            throw new Malformed("cursor", "is of another sort; leave it out to start at the first page");
        // An answer is read below what it answers: the oldest first, unless the best were asked for.
        var inner = Inner(sort);
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        await using var command = new NpgsqlCommand(
            $"""
            with recursive page as (
              select t.*, 0 as level, row_number() over (order by {sorted.Order}) as number
                from (select {ThreadRow.Columns} from {schema}.thread where place = @place and visible {(after is null
                    ? ""
                    : $"and {sorted.Beyond}")} order by {sorted.Order} limit @limit + 1) t
              union all
              select r.*, p.level + 1, row_number() over (partition by p.id order by {Of("r", Sorts[inner].Order)}) from page p
                cross join lateral (select {ThreadRow.Columns} from {schema}.thread where place = p.id and visible order by {Sorts[inner].Order} limit @each + 1) r
                where p.level + 1 < @levels and p.number <= case p.level when 0 then @limit else @each end)
            select {ThreadRow.Columns}, level, number, (select data from {schema}.mt_doc_commentview v where v.id = 'comment-' || page.id) from page order by level, number
            """);
        command.Parameters.AddWithValue("place", place);
        command.Parameters.AddWithValue("limit", paging.Limit);
        command.Parameters.AddWithValue("each", RepliesEach);
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

    /// <summary>The order below a comment, where its page was asked for in this one.</summary>
    public static string Inner(string sort) => sort == "best" ? "best" : "oldest";

    public static async Task<IReadOnlyList<ThreadRow>> Rows(IQuerySession session, NpgsqlCommand command, CancellationToken ct)
    {
        var json = session.DocumentStore.Options.Serializer();
        await using var reader = await session.ExecuteReaderAsync(command, ct);
        var rows = new List<ThreadRow>();
        while (await reader.ReadAsync(ct))
            rows.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetGuid(1),
                    reader.GetGuid(2),
                    reader.GetFieldValue<DateTimeOffset>(3),
                    reader.GetBoolean(4),
                    reader.GetInt32(5),
                    reader.GetInt32(6),
                    reader.GetInt32(7),
                    reader.GetDouble(8),
                    reader.GetInt32(9),
                    reader.GetInt64(10),
                    reader.IsDBNull(11) ? null : json.FromJson<CommentView>(reader, 11)));
        return rows;
    }

    private static Page<CommentItem> Tree(ILookup<(int, Guid), ThreadRow> rows, int level, Guid place, string sort, Paging paging) =>
        paging.Page(
            [.. rows[(level, place)].OrderBy(r => r.Number)],
            r => new Key(r.PostedAt, r.Id, sort == "best" ? r.Best : null),
            r => CommentItem.Of(r) with
            {
                Replies = r.Replies > 0 && level + 1 < Levels
                    ? Tree(rows, level + 1, r.Id, Inner(sort), new Paging(RepliesEach, null))
                    : null,
            });

    private static string Of(string row, string order) => string.Join(", ", order.Split(", ").Select(c => $"{row}.{c}"));
}
