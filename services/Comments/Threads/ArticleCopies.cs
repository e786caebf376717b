using Marten;
using Npgsql;
using NpgsqlTypes;
using Platform.Web;

namespace Comments.Threads;

/// <summary>
/// Loads copies of articles for new comments. Concurrent posts share one query, and the database sends a copy only if its row has changed
/// since it was last read (docs/decisions/0130).
/// </summary>
public sealed class ArticleCopies
{
    /// <summary>The maximum number of copies in memory.</summary>
    private const int MaxHeld = 1000;

    private readonly NpgsqlDataSource _database;
    private readonly ISerializer _serializer;
    private readonly string _sql;
    private readonly SharedQuery<string, ArticleCopy> _query;
    private readonly Dictionary<string, Held> _held = []; // used only by the query, and only one query runs at a time

    public ArticleCopies(NpgsqlDataSource database, IDocumentStore store)
    {
        (_database, _serializer, _query) = (database, store.Options.Serializer(), new SharedQuery<string, ArticleCopy>(Query));
        // Every write of a row changes xmin or ctid, even if it is a rebuild by other code, which keeps mt_version. The start time of the
        // server distinguishes a server that was restored or promoted: it may use the same transaction numbers again.
        _sql =
            $"""
            select d.id, v.version, case when v.version is distinct from q.held then d.data end
            from unnest($1, $2) as q (id, held) join {store.Options.DatabaseSchemaName}.mt_doc_articlecopy d on d.id = q.id
            cross join lateral (select concat_ws(' ', d.xmin, d.ctid, extract(epoch from pg_postmaster_start_time())) as version) v
            """;
    }

    /// <summary>Returns the copy as it is in the database at this time, or null if the article is unknown.</summary>
    public Task<ArticleCopy?> Load(Guid article, CancellationToken ct) => _query.Load(Streams.Article(article), ct);

    private async Task<IReadOnlyDictionary<string, ArticleCopy>> Query(IReadOnlyCollection<string> ids)
    {
        if (_held.Count >= MaxHeld) _held.Clear();
        await using var command = _database.CreateCommand(_sql);
        command.CommandTimeout = (int)Limits.Reading.TotalSeconds;
        command.Parameters.Add(Texts(ids));
        command.Parameters.Add(Texts(ids.Select(id => _held.GetValueOrDefault(id)?.Version)));
        await using var reader = await command.ExecuteReaderAsync();
        var copies = new Dictionary<string, ArticleCopy>();
        while (await reader.ReadAsync())
        {
            var id = reader.GetString(0);
            if (!reader.IsDBNull(2)) _held[id] = new(reader.GetString(1), _serializer.FromJson<ArticleCopy>(reader, 2));
            copies.Add(id, _held[id].Copy);
        }
        return copies;
    }

    private static NpgsqlParameter Texts(IEnumerable<string?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    /// <summary>A copy, and the version of its row.</summary>
    private sealed record Held(string Version, ArticleCopy Copy);
}
