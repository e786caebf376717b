using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Platform.EventSourcing.Replays;
using Weasel.Postgresql.Tables;

namespace Comments;

/// <summary>
/// The tree of a discussion, one row for each comment: its place (the comment it answers, or the article), what readers see of it, how many
/// they see below it, and its votes. An index serves each sort of each place. A comment that readers do not see stays visible as long as
/// something below it is: its answers keep their place. Written in the transaction that stores the event; sums only, so that two replicas
/// both count.
/// </summary>
public sealed class ThreadProjection : ITableProjection
{
    private readonly string _table;

    private ThreadProjection(string table) => _table = table;

    public string Table => "thread";
    public IReadOnlyList<Type> Events { get; } = [.. DiscussionProjection.Changing, typeof(VoteCast)];

    // After the discussion's projection: its row, locked first, keeps two transactions of one article from waiting for each other here.
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
        // What was posted here and answers nobody has changed nothing but its own row.
        var begun = posted.Where(p => p.Post.ParentId is null).Select(p => p.Id).ToHashSet();
        var changed = shown.Where(c => !begun.Contains(c.Key)).ToArray();
        if (changed.Length > 0) Count(operations, changed, [.. posted.Select(p => p.Id)]);
        var votes = events.Select(e => e.Data).OfType<VoteCast>().GroupBy(v => v.CommentId).ToArray();
        if (votes.Length > 0) Weigh(operations, votes);
        return Task.CompletedTask;
    }

    private void Insert(IDocumentOperations operations, (Guid Id, CommentPosted Post)[] posted, Dictionary<Guid, int> shown)
    {
        object[] columns =
        [
            posted.Select(p => p.Id).ToArray(),
            posted.Select(p => p.Post.ArticleId).ToArray(),
            posted.Select(p => p.Post.ParentId ?? p.Post.ArticleId).ToArray(),
            posted.Select(p => p.Post.PostedAt).ToArray(), posted.Select(p => shown.GetValueOrDefault(p.Id) > 0).ToArray(),
        ];
        operations.QueueSqlCommand(
            $"insert into {_table} select id, article_id, place, posted_at, shown, 0, shown, 0, 0, 0 from unnest(?::uuid[], ?::uuid[], "
            + "?::uuid[], ?::timestamptz[], ?::boolean[]) as p(id, article_id, place, posted_at, shown)",
            columns);
    }

    /// <summary>Readers see more or less of these comments: they and everything above them, locked in one order for all.</summary>
    private void Count(IDocumentOperations operations, KeyValuePair<Guid, int>[] changed, HashSet<Guid> posted)
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
              above as (select t.place as id, c.change from changed c join {_table} t on t.id = c.id union all select t.place, a.change from above a join {_table} t on t.id = a.id),
              sums as (select id, sum(below)::int as below, sum(own)::int as own from (select id, change as below, 0 as own from above union all select id, 0, own from changed) s group by id),
              locked as (select t.id, s.below, s.own from {_table} t join sums s on s.id = t.id order by t.id for update of t)
            update {_table} t set replies = t.replies + l.below, shown = t.shown::int + l.own > 0, visible = t.shown::int + l.own > 0 or t.replies + l.below > 0 from locked l where t.id = l.id
            """, arguments);
    }

    /// <summary>
    /// Best is what is good even if the next voters are less kind: the lower bound of Wilson's interval, as for few votes as for many.
    /// </summary>
    private void Weigh(IDocumentOperations operations, IGrouping<Guid, VoteCast>[] votes)
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
            update {_table} t set up = {up}, down = {down}, best = case {up} when 0 then 0 else ({share} + 1.9208 / {all} - 1.96 * sqrt(({share} * (1 - {share}) + 0.9604 / {all}) / {all})) / (1 + 3.8416 / {all}) end
            from l where t.id = l.id
            """, arguments);
    }
}
