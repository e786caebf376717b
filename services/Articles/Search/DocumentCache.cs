using Marten;
using Microsoft.Extensions.Caching.Memory;
using Npgsql;

namespace Articles.Search;

/// <summary>
/// Parsed documents that readers asked for recently. Every query still reads the current versions of its rows from the database; a document
/// is only sent and parsed if this process does not hold it in that version (docs/decisions/0128). The memory is limited: each entry counts
/// with its size and at least with <see cref="Overhead"/>, so the number of entries is limited too.
/// </summary>
public sealed class DocumentCache : IDisposable
{
    internal const long MaxBytes = 32 * 1024 * 1024;
    internal const int Overhead = 512;

    private readonly ISerializer _serializer;
    private readonly MemoryCache _entries;

    /// <summary>Caches documents of this store.</summary>
    public DocumentCache(IDocumentStore store) : this(store.Options.Serializer(), MaxBytes) { }

    internal DocumentCache(ISerializer serializer, long maxBytes)
    {
        _serializer = serializer;
        _entries = new MemoryCache(new MemoryCacheOptions { SizeLimit = maxBytes, CompactionPercentage = 0.2 });
    }

    /// <summary>
    /// The SQL expression for the version of a row: a text that no other row and no other content of this row ever has. The version of the
    /// stream (mt_version) is not enough, because a rebuild may change the content and keep it. A transaction id (xmin) and a position in
    /// the table (ctid) can repeat in another table or after the server was restored or replaced, hence the table and the start of the
    /// server. They can repeat for another row after the table was rewritten, hence the id.
    /// </summary>
    public static string Version(string row) =>
        $"concat_ws(' ', {row}.id, {row}.tableoid, {row}.xmin, {row}.ctid, (select pg_postmaster_start_time()))";

    /// <summary>The number of entries.</summary>
    internal int Count => _entries.Count;

    /// <summary>The documents that the last result of a query contained and that are still held.</summary>
    internal HeldDocuments Of(string query)
    {
        var versions = _entries.Get<string[]>(Result(query)) ?? [];
        var held = new List<KeyValuePair<string, object>>(versions.Length);
        foreach (var version in versions)
            if (_entries.TryGetValue<object>(version, out var document)) held.Add(new(version, document!));
        return new(this, query, held);
    }

    internal T Parse<T>(string version, Stream json) where T : class
    {
        // Another query may have read it.
        if (_entries.TryGetValue(version, out T? known)) return known!;
        var size = json.Length;
        var document = _serializer.FromJson<T>(json);
        // Strings in memory have two bytes per character.
        Add(version, document, 2 * (size + version.Length));
        return document;
    }

    internal void Remember(string query, string[] versions) =>
        Add(Result(query), versions, 2 * (query.Length + versions.Sum(v => (long)v.Length)));

    private void Add(string key, object value, long size) =>
        _entries.Set(key, value, new MemoryCacheEntryOptions { Size = Overhead + size });

    // No version begins like this.
    private static string Result(string query) => $"result of {query}";

    /// <inheritdoc />
    public void Dispose() => _entries.Dispose();
}

/// <summary>The documents that need not be sent for one query.</summary>
internal sealed class HeldDocuments(DocumentCache cache, string query, List<KeyValuePair<string, object>> held)
{
    /// <summary>Their versions, as an argument for the query.</summary>
    public string[] Versions { get; } = [.. held.Select(d => d.Key)];

    /// <summary>The first document of a type with its version; an empty version if none is held.</summary>
    public (string Version, T? Document) First<T>() where T : class
    {
        foreach (var (version, document) in held)
            if (document is T typed) return (version, typed);
        return ("", null);
    }

    /// <summary>
    /// The document of a row in this version. The column contains its JSON, or null if the version is one of <see cref="Versions"/>.
    /// </summary>
    public T Document<T>(string version, NpgsqlDataReader row, int column) where T : class
    {
        if (row.IsDBNull(column)) return (T)held[Array.IndexOf(Versions, version)].Value;
        using var json = row.GetStream(column);
        return cache.Parse<T>(version, json);
    }

    /// <summary>Records which versions the result contained, for the next time.</summary>
    public void Remember(IEnumerable<string> versions)
    {
        string[] seen = [.. versions];
        if (!seen.SequenceEqual(Versions)) cache.Remember(query, seen);
    }
}
