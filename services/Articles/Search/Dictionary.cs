using Articles.Publishing;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Platform.EventSourcing;
using Weasel.Postgresql.Tables;

namespace Articles.Search;

/// <summary>
/// The words of all published texts in English and Russian, for suggestions and for the correction of typing errors. <c>uses</c> counts the
/// published versions that contain the word; it only grows, so that concurrent transactions add to it in any order. A word may therefore
/// be left of a text that readers can no longer see: before a word is shown, the index must contain it.
/// </summary>
public sealed class DictionaryProjection : ITableProjection
{
    /// <summary>The qualified name of the table.</summary>
    public const string Table = "articles.dictionary";

    /// <summary>The languages whose words are separated by spaces.</summary>
    private static readonly string[] Spaced = ["en", "ru"];
    private readonly string _table;

    private DictionaryProjection(string table) => _table = table;

    string ITableProjection.Table => "dictionary";
    public IReadOnlyList<Type> Events { get; } = [typeof(ArticlePublished), typeof(ArticleRevised)];

    public static void Configure(StoreOptions store)
    {
        var table = new Table($"{store.DatabaseSchemaName}.dictionary");
        table.AddColumn<string>("lang").AsPrimaryKey();
        table.AddColumn<string>("word").AsPrimaryKey();
        table.AddColumn<long>("uses").NotNull();
        foreach (var name in WordIndexes.OfDictionary.Keys) table.IgnoreIndex(name);
        store.Storage.ExtendedSchemaObjects.Add(table);
        store.Projections.Add(new DictionaryProjection(table.Identifier.QualifiedName), ProjectionLifecycle.Inline, "dictionary");
    }

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var uses = new Dictionary<(string Language, string Word), long>();
        foreach (var content in events.Select(e => e.Data).Select(Content).OfType<Content>())
            foreach (var language in Spaced)
                foreach (var word in Words(SearchText.Of(content, language)))
                    uses[(language, word)] = uses.GetValueOrDefault((language, word)) + 1;
        if (uses.Count == 0) return Task.CompletedTask;
        // All transactions lock the rows in the same order, so that they cannot deadlock.
        var rows = uses.OrderBy(u => u.Key.Language, StringComparer.Ordinal).ThenBy(u => u.Key.Word, StringComparer.Ordinal).ToArray();
        operations.QueueSqlCommand(
            $"insert into {_table} as d (lang, word, uses) select * from unnest(?::text[], ?::text[], ?::bigint[]) "
            + "on conflict (lang, word) do update set uses = d.uses + excluded.uses",
            rows.Select(r => r.Key.Language).ToArray(),
            rows.Select(r => r.Key.Word).ToArray(),
            rows.Select(r => r.Value).ToArray());
        return Task.CompletedTask;
    }

    /// <summary>The different words that readers may mistype: letters only, and neither very short nor very long.</summary>
    internal static IEnumerable<string> Words(string text) =>
        WordGroup.Of(SearchText.Normalised(text)).SelectMany(g => g.Whole is null ? g.Words : [.. g.Words, g.Whole])
            .Where(IsWord).Distinct();

    /// <summary>Whether the dictionary may contain a word.</summary>
    internal static bool IsWord(string word) => word.Length is >= 2 and <= 40 && word.All(char.IsLetter);

    private static Content? Content(object @event) => @event switch
    {
        ArticlePublished e => e.Content,
        ArticleRevised e => e.Content,
        _ => null,
    };
}
