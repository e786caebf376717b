using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Articles.Search;

/// <summary>
/// Builds the indexes that <see cref="NewestFirst"/> uses for words, tags and languages, and those of the dictionary, if they are missing
/// at start. With 100,000 articles this takes minutes, longer than a schema change may take, so it runs in the background while the service
/// works. Until the indexes are valid, lists are correct but slower.
/// </summary>
public sealed partial class WordIndexes(LockSessions locks, TimeProvider clock, ILogger<WordIndexes> log) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <summary>The names of the indexes, one for each language.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Languages.All.Select(Name)];
    /// <summary>The names of the indexes of earlier versions, which are dropped after the current ones are built.</summary>
    public static IReadOnlyList<string> Former { get; } =
    [
        .. Languages.All.Select(l => $"article_index_{l}"),
        .. Languages.All.Select(l => $"article_index_newest_{l}"),
        "article_index_tags",
        "article_index_langs",
    ];

    /// <summary>
    /// The definitions of the indexes of the dictionary, by their names. The first one serves suggestions, because words with the same
    /// beginning are a range only in the order of the collation "C". The second one finds similar words.
    /// </summary>
    public static IReadOnlyDictionary<string, string> OfDictionary { get; } = new Dictionary<string, string>
    {
        ["dictionary_prefixes"] = $"on {DictionaryProjection.Table} (lang, word collate \"C\")",
        [Trigrams] = $"on {DictionaryProjection.Table} using gin (word gin_trgm_ops)",
    };

    /// <summary>The index that finds similar words.</summary>
    internal const string Trigrams = "dictionary_trigrams";

    private static string Name(string language) => $"article_index_words_{language}";

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        PeriodicWork.RepeatUntilDone(RetryInterval, clock, Build, e => NotBuilt(log, e), stoppingToken);

    /// <summary>
    /// Returns false if another replica is building the indexes. This replica does not wait for the lock in a statement, because <c>create
    /// index concurrently</c> would wait for that statement in turn.
    /// </summary>
    private async Task<bool> Build(CancellationToken ct)
    {
        await using var exclusive = await locks.Acquire("article_index", ct);
        return exclusive is not null && await exclusive.Run(async connection =>
        {
            foreach (var language in Languages.All)
                await Build(
                    connection,
                    Name(language),
                    $"on {ArticleIndexProjection.Table} using gin (({TimeBuckets.OfRow(language)}), tags, langs, {language})"
                    + " with (fastupdate = off)",
                    ct);
            var hasTrigrams = await AddTrigrams(connection, ct);
            foreach (var (name, definition) in OfDictionary)
                if (name != Trigrams || hasTrigrams) await Build(connection, name, definition, ct);
            foreach (var name in Former) await Run(connection, $"drop index concurrently if exists articles.{name}", ct);
            return true;
        }, ct);
    }

    private async Task Build(NpgsqlConnection connection, string name, string definition, CancellationToken ct)
    {
        if (await IsTrue(connection, $"select indisvalid from pg_index where indexrelid = to_regclass('articles.{name}')", ct)) return;
        // An interrupted build leaves an invalid index.
        await Run(connection, $"drop index concurrently if exists articles.{name}", ct);
        var hasRows = await IsTrue(connection, $"select exists (select from {definition.Split(' ')[1]})", ct);
        await Run(connection, $"create index {(hasRows ? "concurrently" : "")} {name} {definition}", ct);
        Built(log, name);
    }

    /// <summary>
    /// Adds the extension pg_trgm, which belongs to PostgreSQL. The owner of a database may do so. The schema is named, because PostgreSQL
    /// would choose the one that is named like the role.
    /// </summary>
    private async Task<bool> AddTrigrams(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            await Run(connection, "create extension if not exists pg_trgm with schema public", ct);
            return true;
        }
        catch (PostgresException e) when (!Connections.WasLost(e))
        {
            NoTrigrams(log, e.MessageText);
            return false;
        }
    }

    private static async Task<bool> IsTrue(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The extension pg_trgm cannot be added: {Reason}. Words with more than one typing error will not be corrected.")]
    private static partial void NoTrigrams(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Built the index {Name}.")]
    private static partial void Built(ILogger log, string name);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Could not build the word indexes. The build will be retried. Until it succeeds, searches and lists by tag are slower.")]
    private static partial void NotBuilt(ILogger log, Exception e);
}
