using Comments.Posting;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Platform.EventSourcing;
using Weasel.Postgresql.Tables;

namespace Comments.Threads;

/// <summary>
/// The tree of a discussion, with a row for each comment: its place (the comment that it replies to, or the article), its visibility, the
/// number of visible comments below it, and its votes. Indexes serve each sort order below each place. A comment that is not shown stays
/// in the tree while a comment below it is visible. The rows are updated in the transaction that stores the event, by addition, so that
/// concurrent changes through two replicas are all counted.
/// </summary>
public sealed class ThreadProjection : ITableProjection
{
    private readonly string _table;

    private ThreadProjection(string table) => _table = table;

    public string Table => "thread";
    public IReadOnlyList<Type> Events { get; } = [.. DiscussionProjection.VisibilityEvents, typeof(VoteCast)];

    // Must be added after DiscussionProjection: that locks the row of the article first, so that two transactions on one article cannot
    // deadlock here.
    public static void Configure(StoreOptions store)
    {
        var table = new Table($"{store.DatabaseSchemaName}.thread");
        table.AddColumn<Guid>("id").AsPrimaryKey();
        table.AddColumn<Guid>("article_id").NotNull();
        table.AddColumn<Guid>("place").NotNull();
        table.AddColumn("posted_at", "timestamptz").NotNull();
        table.AddColumn<bool>("shown").NotNull();
        table.AddColumn<int>("replies").NotNull();
        table.AddColumn<bool>("visible").NotNull();
        table.AddColumn<int>("up").NotNull();
        table.AddColumn<int>("down").NotNull();
        table.AddColumn("best", "double precision").NotNull();
        table.Indexes.Add(new IndexDefinition("thread_time") { Columns = ["place", "posted_at", "id"], Predicate = "visible" });
        table.Indexes.Add(new IndexDefinition("thread_best") { Columns = ["place", "best", "posted_at", "id"], Predicate = "visible" });
        store.Storage.ExtendedSchemaObjects.Add(table);
        store.Projections.Add(new ThreadProjection(table.Identifier.QualifiedName), ProjectionLifecycle.Inline, "thread");
    }

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var posted = events.Where(e => e.Data is CommentPosted)
            .Select(e => (Id: Streams.Id(e.StreamKey!), Post: (CommentPosted)e.Data))
            .ToArray();
        var shown = events.Select(e => (e, DiscussionProjection.Change(e.Data).Change)).Where(c => c.Change != 0)
            .GroupBy(c => Streams.Id(c.e.StreamKey!), c => c.Change)
            .Select(g => (Id: g.Key, Change: g.Sum()))
            .Where(c => c.Change != 0)
            .ToDictionary(c => c.Id, c => c.Change);
        if (posted.Length > 0) Insert(operations, posted, shown);
        // A new top-level comment changes no row but its own, which was just inserted.
        var newRoots = posted.Where(p => p.Post.ParentId is null).Select(p => p.Id).ToHashSet();
        var changed = shown.Where(c => !newRoots.Contains(c.Key)).ToArray();
        if (changed.Length > 0) UpdateCounts(operations, changed, [.. posted.Select(p => p.Id)]);
        var votes = events.Select(e => e.Data).OfType<VoteCast>().GroupBy(v => v.CommentId).ToArray();
        if (votes.Length > 0) AddVotes(operations, votes);
        return Task.CompletedTask;
    }

    private void Insert(IDocumentOperations operations, (Guid Id, CommentPosted Post)[] posted, Dictionary<Guid, int> shown)
    {
        object[] columns =
        [
            posted.Select(p => p.Id).ToArray(),
            posted.Select(p => p.Post.ArticleId).ToArray(),
            posted.Select(p => p.Post.ParentId ?? p.Post.ArticleId).ToArray(),
            posted.Select(p => p.Post.PostedAt).ToArray(),
            posted.Select(p => shown.GetValueOrDefault(p.Id) > 0).ToArray(),
        ];
        operations.QueueSqlCommand(
            $"insert into {_table} select id, article_id, place, posted_at, shown, 0, shown, 0, 0, 0 from unnest(?::uuid[], ?::uuid[], "
            + "?::uuid[], ?::timestamptz[], ?::boolean[]) as p(id, article_id, place, posted_at, shown)",
            columns);
    }

    /// <summary>
    /// Updates the rows of comments whose visibility changed, and the counts of all comments above them. All transactions lock the rows in
    /// the same order.
    /// </summary>
    private void UpdateCounts(IDocumentOperations operations, KeyValuePair<Guid, int>[] changed, HashSet<Guid> posted)
    {
        object[] arguments =
        [
            changed.Select(c => c.Key).ToArray(),
            changed.Select(c => c.Value).ToArray(),
            changed.Select(c => posted.Contains(c.Key) ? 0 : c.Value).ToArray(),
        ];
        operations.QueueSqlCommand(
            $"""
            with recursive changed as (select * from unnest(?::uuid[], ?::int[], ?::int[]) as c(id, change, own)),
              above as (select t.place as id, c.change from changed c join {_table} t on t.id = c.id
            """
            + $"""
             union all select t.place, a.change from above a join {_table} t on t.id = a.id),
              sums as (select id, sum(below)::int as below, sum(own)::int as own
            """
            + $"""
             from (select id, change as below, 0 as own from above union all select id, 0, own from changed) s group by id),
              locked as (select t.id, s.below, s.own from {_table} t join sums s on s.id = t.id order by t.id for update of t)
            update {_table} t set replies = t.replies + l.below, shown = t.shown::int + l.own > 0,
            """
            + " visible = t.shown::int + l.own > 0 or t.replies + l.below > 0 from locked l where t.id = l.id",
            arguments);
    }

    /// <summary>
    /// Adds votes and updates the weight for the sort order "best": the lower bound of the Wilson interval, which ranks comments with few
    /// votes and with many votes fairly.
    /// </summary>
    private void AddVotes(IDocumentOperations operations, IGrouping<Guid, VoteCast>[] votes)
    {
        const string up = "(t.up + l.up)", down = "(t.down + l.down)", all = $"({up} + {down})::float8", share = $"({up} / {all})";
        object[] arguments =
        [
            votes.Select(v => v.Key).ToArray(),
            votes.Select(v => v.Sum(c => c.Ups)).ToArray(),
            votes.Select(v => v.Sum(c => c.Downs)).ToArray(),
        ];
        operations.QueueSqlCommand(
            $"""
            with votes as (select * from unnest(?::uuid[], ?::int[], ?::int[]) as v(id, up, down)),
              l as (select t.id, v.up, v.down from {_table} t join votes v on v.id = t.id order by t.id for update of t)
            update {_table} t set up = {up}, down = {down}, best = case {up} when 0 then 0 else ({share} + 1.9208 / {all}
            """
            + $"""
             - 1.96 * sqrt(({share} * (1 - {share}) + 0.9604 / {all}) / {all})) / (1 + 3.8416 / {all}) end
            from l where t.id = l.id
            """, arguments);
    }
}
