using Articles.Publishing;
using JasperFx.Events;
using Marten;
using Platform.EventSourcing;
using Weasel.Postgresql.Tables;

namespace Articles.Media;

/// <summary>
/// The table of the articles that refer to pictures of the library: one row for each article, picture and place, which is the draft or the
/// published content. Rows are written in the transaction that stores the event.
/// </summary>
public sealed class MediaReferencesProjection : ITableProjection
{
    /// <summary>The qualified name of the table.</summary>
    public const string Table = "articles.media_references";
    public const string Draft = "draft", Published = "published";
    private static readonly string[] Both = [Draft, Published], DraftOnly = [Draft];

    private readonly string _table;

    private MediaReferencesProjection(string table) => _table = table;

    string ITableProjection.Table => "media_references";
    public IReadOnlyList<Type> Events { get; } =
        [typeof(ArticleDrafted), typeof(DraftRevised), typeof(ArticlePublished), typeof(ArticleRevised)];

    public static void Configure(StoreOptions store)
    {
        var table = new Table($"{store.DatabaseSchemaName}.media_references");
        table.AddColumn("media_id", "uuid").AsPrimaryKey();
        table.AddColumn("article_id", "text").AsPrimaryKey();
        table.AddColumn("place", "text").AsPrimaryKey();
        table.Indexes.Add(new IndexDefinition("media_references_article") { Columns = ["article_id"] });
        store.Storage.ExtendedSchemaObjects.Add(table);
        store.Projections.Add(
            new MediaReferencesProjection(table.Identifier.QualifiedName),
            JasperFx.Events.Projections.ProjectionLifecycle.Inline,
            "media-references");
    }

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (var e in events)
            if (e.Data is ArticleDrafted d) Put(operations, e.StreamKey!, d.Draft, DraftOnly);
            else if (e.Data is DraftRevised r) Put(operations, e.StreamKey!, r.Draft, DraftOnly);
            else if (e.Data is ArticlePublished p) Put(operations, e.StreamKey!, p.Content, Both);
            else if (e.Data is ArticleRevised v) Put(operations, e.StreamKey!, v.Content, Both);
        return Task.CompletedTask;
    }

    /// <summary>The pictures to which an article refers, as its cover or in its texts.</summary>
    public static IReadOnlyList<Guid> Of(Content content)
    {
        IEnumerable<Guid> cover = MediaAddress.IdOf(content.Cover?.Url) is { } id ? [id] : [];
        return [.. content.Texts.Values.SelectMany(t => MediaAddress.In(t.BodyHtml)).Concat(cover).Distinct().Order()];
    }

    private void Put(IDocumentOperations operations, string article, Content content, string[] places)
    {
        operations.QueueSqlCommand($"delete from {_table} where article_id = ? and place = any(?)", article, places);
        Guid[] media = [.. Of(content)];
        if (media.Length > 0)
            operations.QueueSqlCommand(
                $"insert into {_table} (media_id, article_id, place) select media, ?, place from unnest(?) media, unnest(?) place",
                article,
                media,
                places);
    }
}
