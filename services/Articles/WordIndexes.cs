using Npgsql;
using Platform.EventSourcing;

namespace Articles;

/// <summary>
/// The indexes by which <see cref="NewestFirst"/> finds words, tags and languages. Built at start where they are missing, beside whatever
/// goes on: among 100,000 articles that takes minutes, for which no schema change waits. Until they are there lists are the same and take
/// longer.
/// </summary>
public sealed partial class WordIndexes(LockSessions locks, TimeProvider clock, ILogger<WordIndexes> log) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    /// <summary>Their names, one for each language.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Languages.All.Select(Name)];
    /// <summary>Those of earlier versions, which are dropped when they are no longer needed.</summary>
    public static IReadOnlyList<string> Former { get; } =
    [
        .. Languages.All.Select(l => $"article_index_{l}"),
        .. Languages.All.Select(l => $"article_index_newest_{l}"),
        "article_index_tags",
        "article_index_langs",
    ];

    private static string Name(string language) => $"article_index_words_{language}";

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Again, clock);
        do
        {
            try
            {
                if (await Build(stoppingToken)) return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotBuilt(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>
    /// False where another replica is at it. It is not waited for: a statement that waits would itself be waited for by the one that
    /// builds.
    /// </summary>
    private async Task<bool> Build(CancellationToken ct)
    {
        await using var alone = await locks.Acquire("article_index", ct);
        return alone is not null && await alone.Run(async connection =>
        {
            foreach (var language in Languages.All)
            {
                var name = Name(language);
                if (await Is(connection, $"select indisvalid from pg_index where indexrelid = to_regclass('articles.{name}')", ct))
                    continue;
                // What an interrupted build left.
                await Run(connection, $"drop index concurrently if exists articles.{name}", ct);
                var beside = await Is(connection, $"select exists (select from {ArticleIndexProjection.Table})", ct) ? "concurrently" : "";
                await Run(
                    connection,
                    $"create index {beside} {name} on {ArticleIndexProjection.Table} using gin (({Eras.OfRow(
                        language)}), tags, langs, {language}) with (fastupdate = off)",
                    ct);
                Built(log, name);
            }
            foreach (var name in Former) await Run(connection, $"drop index concurrently if exists articles.{name}", ct);
            return true;
        }, ct);
    }

    private static async Task<bool> Is(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Built the index {Name}.")]
    private static partial void Built(ILogger log, string name);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The indexes of words could not be built; trying again. Until then lists by words or tags take longer.")]
    private static partial void NotBuilt(ILogger log, Exception e);
}
