using JasperFx.Events;
using Marten;
using Platform.EventSourcing.Replays;
using Weasel.Postgresql.Tables;

namespace Comments;

/// <summary>How many comments readers see under an article, and how often that changed: the version of the count.</summary>
public sealed record Discussion(Guid ArticleId, int Comments, long Version);

/// <summary>
/// Counts in the transaction that stores the comment, by adding in SQL: two replicas posting under one article at once both count.
/// The same events give the same row, in any order.
/// </summary>
public sealed class DiscussionProjection : ITableProjection
{
    private readonly string _table;

    private DiscussionProjection(string table) => _table = table;

    public string Table => "discussion";
    public IReadOnlyList<Type> Events => Changing;

    /// <summary>The events that may change what readers see of a comment.</summary>
    internal static readonly IReadOnlyList<Type> Changing =
    [
        typeof(CommentPosted),
        typeof(CommentEdited),
        typeof(CommentDeleted),
        typeof(CommentErased),
        typeof(CommentApproved),
        typeof(CommentHidden),
    ];

    /// <summary>+1 when readers see a comment more, -1 when one less, 0 when the count stays.</summary>
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
        // Ordered by article, so that two transactions never wait for each other's rows.
        foreach (var article in events.Select(e => Change(e.Data)).Where(c => c.Change != 0).GroupBy(c => c.ArticleId).OrderBy(g => g.Key))
            operations.QueueSqlCommand(
                $"insert into {_table} as d values (?, ?, ?) on conflict (article_id) do update set comments = d.comments + "
                + "excluded.comments, version = d.version + excluded.version",
                article.Key, article.Sum(c => c.Change), (long)article.Count());
        return Task.CompletedTask;
    }
}
