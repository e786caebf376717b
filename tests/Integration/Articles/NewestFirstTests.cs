using System.Text;
using System.Text.Json;
using Integration.Replays;
using Kit;
using Npgsql;
using Platform.Replays;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

/// <summary>
/// An archive of several decades, and a month with many publications. The newest articles alone do not contain a page of matches.
/// </summary>
public sealed class Archives : ServiceNewsroom
{
    public const int Size = 900;

    /// <summary>The published articles, newest first.</summary>
    public List<(Guid Id, DateTimeOffset At, string[] Tags, bool Chinese)> Articles { get; private set; } = [];

    protected override async Task Prepare()
    {
        var random = new Random(7);
        var planned = Enumerable.Range(0, Size).Select(i => (
            At: i % 3 == 0
                ? DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(random.Next(40_000))
                : DateTimeOffset.UnixEpoch.AddHours(random.Next(-50_000, 430_000)),
            Tags: new[]
            {
                "often",
                i % 2 == 0 ? "half" : "other-half",
                i % 7 == 0 ? "seldom" : "else",
                i is 300 or 580 ? "twice" : "all",
            }, Chinese: i % 4 == 0))
                .ToArray();
        var published = planned.Select(p => (Id: Guid.CreateVersion7(), p.At, p.Tags, p.Chinese)).ToArray();
        await Parallel.ForEachAsync(published.Index().Chunk(Size / 6), async (chunk, ct) =>
        {
            var lines = chunk.Select(line =>
            {
                var (i, (id, at, tags, chinese)) = line;
                var translations = new Dictionary<string, object?> { ["en"] = Text($"Report {i} {string.Join(' ', tags.Select(Word))}") };
                if (chinese) translations["zh"] = Text($"关于{(tags.Contains("seldom") ? "罕见" : "常见")}消息{i}");
                return JsonSerializer.Serialize(
                    new { id, publishedAt = at, content = Body(translations, i % 5 == 0 ? "analytics" : "news", tags) });
            });
            using var answer = await Desk.Editor.PostAsync(
                "/api/import/articles", new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson"), ct);
            Assert.Equal(chunk.Length, (await answer.Content.ReadAsStringAsync(ct)).Split("\"outcome\":\"created\"").Length - 1);
        });
        Articles = [.. published.OrderByDescending(p => p.Item2).ThenByDescending(p => $"article-{p.Item1}", StringComparer.Ordinal)];
    }

    /// <summary>The word that is in the title of every article with the tag.</summary>
    public static string Word(string tag) => $"word{tag.Replace("-", "", StringComparison.Ordinal)}";
}

public class NewestFirstTests(Archives archives) : IClassFixture<Archives>
{
    private readonly Newsroom _desk = archives.Desk;

    [Theory]
    [InlineData("often")]
    [InlineData("half")]
    [InlineData("seldom")]
    [InlineData("twice")]
    public async Task Paging_by_tag_or_word_returns_all_matches_in_order_while_articles_are_published(string tag)
    {
        using var stop = new CancellationTokenSource();
        var others = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await _desk.Published(
                    Body(English($"Meanwhile {Archives.Word(tag)} {Guid.CreateVersion7()}"), tags: [tag]),
                    i % 2 == 0 ? null : DateTimeOffset.UnixEpoch.AddDays(i * 700 % 18_000));
        }, TestContext.Current.CancellationToken);
        var expected = archives.Articles.Where(a => a.Tags.Contains(tag)).Select(a => a.Id).ToArray();
        foreach (var query in new[] { $"tag={tag}", $"q={Archives.Word(tag)}", $"q={Archives.Word(tag)}&tag={tag}" })
            foreach (var limit in new[] { 13, 50 })
            {
                var seen = await Paged(query, limit);
                Assert.Equal(seen.Count, seen.Distinct().Count());
                Assert.Equal(expected, seen.Where(expected.Contains));
            }
        await stop.CancelAsync();
        await others;
    }

    [Fact]
    public async Task Filters_can_be_combined_even_if_matches_are_far_back()
    {
        async Task Expect(string query, Func<(Guid Id, DateTimeOffset At, string[] Tags, bool Chinese), int, bool> fits)
        {
            var mine = archives.Articles.Select(a => a.Id).ToHashSet();
            var expected = archives.Articles.Where((a, i) => fits(a, i)).Select(a => a.Id).ToArray();
            Assert.NotEmpty(expected);
            Assert.Equal(expected, (await Paged(query, 9)).Where(mine.Contains));
        }

        var day = new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await Expect("q=罕见", (a, _) => a.Chinese && a.Tags.Contains("seldom"));
        await Expect("q=罕见消息&tag=half", (a, _) => a.Chinese && a.Tags.Contains("seldom") && a.Tags.Contains("half"));
        await Expect("lang=zh&fallback=false", (a, _) => a.Chinese);
        await Expect("lang=zh&fallback=false&tag=seldom", (a, _) => a.Chinese && a.Tags.Contains("seldom"));
        await Expect("tag=seldom&to=1989-12-31", (a, _) => a.Tags.Contains("seldom") && a.At < day);
        await Expect(
            $"q={Archives.Word("seldom")}&from=1970-01-01&to=1989-12-31",
            (a, _) => a.Tags.Contains("seldom") && a.At < day && a.At >= DateTimeOffset.UnixEpoch);
        await Expect("tag=seldom&from=1990-01-01&featured=false", (a, _) => a.Tags.Contains("seldom") && a.At >= day);
        await Expect("tag=seldom&from=0001-01-01&to=9999-12-31", (a, _) => a.Tags.Contains("seldom"));
        Assert.Empty(await Paged("tag=never", 9));
        Assert.Empty(await Paged("q=neverwritten", 9));
        Assert.Empty(await Paged($"q={Archives.Word("twice")}&tag=never", 9));
    }

    [Fact]
    public async Task Articles_can_be_paged_by_section_and_tag()
    {
        var (news, analytics) = (await Paged("section=news&tag=seldom", 8), await Paged("section=analytics&tag=seldom", 8));
        var seldom = archives.Articles.Where(a => a.Tags.Contains("seldom")).Select(a => a.Id).ToHashSet();
        Assert.Equal(seldom, [.. news.Concat(analytics).Where(seldom.Contains)]);
        Assert.Empty(news.Intersect(analytics));
    }

    [Fact]
    public async Task Featured_articles_are_found_among_all_articles()
    {
        var oldest = archives.Articles[^1].Id;
        await Ok(_desk.Post($"/api/articles/{oldest}/feature"));
        Assert.Equal([oldest], await _desk.Listed("featured=true&tag=often"));
        Assert.DoesNotContain(oldest, await Paged("featured=false&tag=often", 50));
        await Ok(_desk.Post($"/api/articles/{oldest}/unfeature"));
        Assert.Empty(await _desk.Listed("featured=true"));
    }

    [Fact]
    public async Task Indexes_are_replaced_and_repaired_at_start_and_lists_are_complete_meanwhile()
    {
        await Built();
        var before = await Paged("tag=twice", 5);
        await Sql("drop index articles.article_index_words_en, articles.article_index_words_ru");
        await Sql("create index article_index_en on articles.article_index using gin (en)");
        await Sql("create index article_index_newest_zh on articles.article_index using gin (zh)");
        await Sql("create index article_index_tags on articles.article_index using gin (tags)");
        // A failed build leaves an invalid index.
        await Assert.ThrowsAsync<PostgresException>(
            () => Sql("create unique index concurrently article_index_words_ru on articles.article_index (section)"));
        Assert.Equal(before, (await Paged("tag=twice", 5)).Where(before.Contains));

        var replica = await _desk.Replica();
        await Built();
        await _desk.Stop(replica);
        Assert.Equal(before, (await Paged("tag=twice", 5)).Where(before.Contains));

        Task<int> Scans() =>
            _desk.Servers.Query<int>("select idx_scan::int from pg_stat_user_indexes where indexrelname = 'article_index_words_en'");
        var scans = await Scans();
        await Eventually.IsTrue(async () =>
        {
            await _desk.Listed($"q={Archives.Word("twice")}");
            return await Scans() > scans;
        }, "the index is used");
    }

    [Fact]
    public async Task A_rebuilt_table_has_the_same_rows_and_indexes()
    {
        const string Indexes =
            "select string_agg(indexdef, e'\\n' order by indexname) from pg_indexes where schemaname = 'articles' and tablename = "
            + "'article_index'";
        await Built();
        using var admin = _desk.Client("admin");
        var (before, listed) = (await _desk.Servers.Query<string>(Indexes), await Paged("tag=seldom", 10));
        var replay = await admin.Replays("articles", "readModel:article-index");
        Assert.Equal((ReplayStatus.Completed, null, 0), (replay.State, replay.Error, replay.Comparison?.Differences()));
        Assert.InRange(replay.Comparison!.Same, Archives.Size, long.MaxValue);
        Assert.Equal(before, await _desk.Servers.Query<string>(Indexes));
        Assert.Equal(listed, (await Paged("tag=seldom", 10)).Where(listed.Contains));
    }

    /// <summary>Waits until the index of every language is built and former indexes are dropped.</summary>
    private Task Built() => Eventually.IsTrue(async () => await _desk.Servers.Query<string>(
        """
        select string_agg(c.relname || i.indisvalid, ' ' order by c.relname)
        from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am on pg_am.oid = c.relam
        where i.indrelid = 'articles.article_index'::regclass and amname = 'gin'
        """) == "article_index_words_entrue article_index_words_rutrue article_index_words_zhtrue", "the indexes are built");

    private Task<int> Sql(string sql) => _desk.Servers.Query<int>(sql);

    private async Task<List<Guid>> Paged(string query, int limit)
    {
        var seen = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await _desk.Get($"/api/articles?{query}&limit={limit}&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        return seen;
    }
}
