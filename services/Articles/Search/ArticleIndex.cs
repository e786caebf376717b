using Articles.Publishing;
using JasperFx.Events;
using Marten;
using Platform.EventSourcing;
using Platform.Replays;
using Weasel.Postgresql.Tables;

namespace Articles.Search;

/// <summary>
/// The table by which published articles are found: one narrow row per article, with an index for every filter (<see cref="WordIndexes"/>).
/// Words are stored as full-text vectors of PostgreSQL: stems for English and Russian, and sequences of two and three characters for
/// Chinese. Marks in the vectors say where the words occur (<see cref="SearchVectors"/>). Rows are written in the transaction that stores
/// the event.
/// </summary>
[ReadModelVersion(2)]
public sealed class ArticleIndexProjection : ITableProjection
{
    /// <summary>The qualified name of the table.</summary>
    public const string Table = "articles.article_index";
    private readonly string _table;

    private ArticleIndexProjection(string table) => _table = table;

    string ITableProjection.Table => "article_index";
    public IReadOnlyList<Type> Events { get; } = [typeof(ArticlePublished), typeof(ArticleRevised), typeof(ArticleRetracted)];

    public static void Configure(StoreOptions store)
    {
        var table = new Table($"{store.DatabaseSchemaName}.article_index");
        table.AddColumn<string>("id").AsPrimaryKey();
        table.AddColumn<Guid>("article_id").NotNull();
        table.AddColumn<string>("section").NotNull();
        table.AddColumn("tags", "text[]").NotNull();
        table.AddColumn("langs", "text[]").NotNull();
        table.AddColumn("published_at", "timestamptz").NotNull();
        table.AddColumn("changed_at", "timestamptz").NotNull();
        foreach (var language in Languages.All)
        {
            table.AddColumn(language, "tsvector");
            table.AddColumn($"{language}_text", "text");
        }
        table.Indexes.Add(new IndexDefinition("article_index_newest") { Columns = ["published_at", "id"] });
        table.Indexes.Add(new IndexDefinition("article_index_section") { Columns = ["section", "published_at", "id"] });
        foreach (var name in WordIndexes.Names.Concat(WordIndexes.Former)) table.IgnoreIndex(name);
        store.Storage.ExtendedSchemaObjects.Add(table);
        store.Projections.Add(
            new ArticleIndexProjection(table.Identifier.QualifiedName),
            JasperFx.Events.Projections.ProjectionLifecycle.Inline,
            "article-index");
    }

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        // Each event contains the complete state of the row, so the last event of each stream is enough.
        foreach (var e in events.Where(e => e.Data is ArticlePublished or ArticleRevised or ArticleRetracted)
            .GroupBy(e => e.StreamKey!)
            .Select(stream => stream.Last())
            .OrderBy(e => e.StreamKey, StringComparer.Ordinal))
        {
            if (e.Data is ArticlePublished p) Put(operations, e.StreamKey!, p.Content, p.PublishedAt, p.RevisedAt ?? p.PublishedAt);
            else if (e.Data is ArticleRevised r) Put(operations, e.StreamKey!, r.Content, r.PublishedAt, r.RevisedAt);
            else operations.QueueSqlCommand($"delete from {_table} where id = ?", e.StreamKey!);
        }
        return Task.CompletedTask;
    }

    private static string Excluded(params string[] columns) => string.Join(", ", columns.Select(c => $"{c} = excluded.{c}"));

    private void Put(
        IDocumentOperations operations,
        string id,
        Content content,
        DateTimeOffset publishedAt,
        DateTimeOffset changedAt)
    {
        var texts = Languages.All.Select(language => SearchText.Of(content, language)).ToArray();
        string Vector(string language) => $"v.{language} || {SearchVectors.Marks(language, $"v.{language}")}";
        operations.QueueSqlCommand(
            $"""
            insert into {_table} (id, article_id, section, tags, langs, published_at, changed_at, en_text, ru_text, zh_text, en, ru, zh)
            select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {string.Join(", ", Languages.All.Select(Vector))}
            from (select to_tsvector('english', ?) as en, to_tsvector('russian', ?) as ru, to_tsvector('simple', ?) as zh offset 0) v
            on conflict (id) do update set {Excluded("section", "tags", "langs", "published_at")},
              {Excluded("changed_at", "en", "ru", "zh", "en_text", "ru_text", "zh_text")}
            """,
            [
                id,
                Streams.ArticleId(id),
                content.Section,
                content.Tags.ToArray(),
                content.Texts.Keys.Order().ToArray(),
                publishedAt,
                changedAt,
                .. texts,
                .. Languages.All.SelectMany((language, i) => SearchVectors.Arguments(texts[i], language, id)),
                .. Languages.All.Select((language, i) => SearchText.ForVector(texts[i], language)),
            ]);
    }
}
