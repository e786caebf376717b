using Comments.Posting;
using JasperFx.Events;
using Marten;
using Platform.EventSourcing;
using Weasel.Postgresql.Tables;

namespace Comments.Threads;

/// <summary>The number of visible comments on an article. The version of the count is the number of changes.</summary>
public sealed record Discussion(Guid ArticleId, int Comments, long Version);

/// <summary>
/// Counts comments in the transaction that stores them. The count is incremented in SQL, so that concurrent posts through two replicas are
/// both counted, and the order of the events does not matter.
/// </summary>
public sealed class DiscussionProjection : ITableProjection
{
    private readonly string _table;

    private DiscussionProjection(string table) => _table = table;

    public string Table => "discussion";
    public IReadOnlyList<Type> Events => VisibilityEvents;

    /// <summary>The events that can make a comment visible or remove it.</summary>
    internal static readonly IReadOnlyList<Type> VisibilityEvents =
    [
        typeof(CommentPosted),
        typeof(CommentEdited),
        typeof(CommentDeleted),
        typeof(CommentErased),
        typeof(CommentApproved),
        typeof(CommentHidden),
    ];

    /// <summary>+1 if the event makes a comment visible, -1 if it removes a visible comment, otherwise 0.</summary>
    public static (Guid ArticleId, int Change) Change(object @event) => @event switch
    {
        CommentPosted { HeldBecause: null } e => (e.ArticleId, 1),
        CommentEdited { WasShown: true, HeldBecause: not null } e => (e.ArticleId, -1),
        CommentDeleted { WasShown: true } e => (e.ArticleId, -1),
        CommentErased { WasShown: true } e => (e.ArticleId, -1),
        CommentApproved e => (e.ArticleId, 1),
        CommentHidden { WasShown: true } e => (e.ArticleId, -1),
        _ => default,
    };

    public static void Configure(StoreOptions store)
    {
        var table = new Table($"{store.DatabaseSchemaName}.discussion");
        table.AddColumn<Guid>("article_id").AsPrimaryKey();
        table.AddColumn<int>("comments").NotNull();
        table.AddColumn<long>("version").NotNull();
        store.Storage.ExtendedSchemaObjects.Add(table);
        store.Projections.Add(
            new DiscussionProjection(table.Identifier.QualifiedName), JasperFx.Events.Projections.ProjectionLifecycle.Inline, "discussion");
    }

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        // All transactions lock the rows in the same order, so that they cannot deadlock.
        var changes = events.Select(e => Change(e.Data)).Where(c => c.Change != 0).GroupBy(c => c.ArticleId).OrderBy(g => g.Key)
            .Select(g => (ArticleId: g.Key, Change: g.Sum(c => c.Change), Count: (long)g.Count()))
            .ToArray();
        if (changes.Length == 1)
            Add(operations, "values (?, ?, ?)", changes[0].ArticleId, changes[0].Change, changes[0].Count);
        else if (changes.Length > 1)
            Add(
                operations,
                "select * from unnest(?::uuid[], ?::int[], ?::bigint[])",
                changes.Select(c => c.ArticleId).ToArray(),
                changes.Select(c => c.Change).ToArray(),
                changes.Select(c => c.Count).ToArray());
        return Task.CompletedTask;
    }

    private void Add(IDocumentOperations operations, string rows, params object[] arguments) => operations.QueueSqlCommand(
        $"insert into {_table} as d {rows} on conflict (article_id) do update set comments = d.comments + "
        + "excluded.comments, version = d.version + excluded.version",
        arguments);
}
