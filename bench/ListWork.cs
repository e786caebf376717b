using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Bench;

/// <summary>
/// Compares lists and searches with 1,000 and with 100,000 articles. The rows of the read models are copied directly into the databases of
/// two processes. Requests go to both in alternation, so that other load on the machine affects both sizes equally.
/// </summary>
internal static class ListWork
{
    private const int Small = 1_000, Large = 100_000;
    /// <summary>
    /// Requests per second, sent without waiting for earlier responses, so that the figures do not contain the time that requests spend
    /// waiting for each other.
    /// </summary>
    private const int Rate = 60;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var size = int.TryParse(
            Environment.GetEnvironmentVariable("BENCH_ARTICLES"), NumberStyles.None, CultureInfo.InvariantCulture, out var configured)
            ? configured
            : Large;
        var texts = new ArticleTexts();
        await Fill(texts, 0, Small);
        await using var copy = await ServiceCopy.Of("articles");
        await Fill(texts, Small, size);
        using HttpClient
            small = new() { BaseAddress = ServiceCopy.Address },
            large = new() { BaseAddress = new(await PrivateSystem.Direct("articles")) };
        return [.. await Compare("list", ArticleTexts.Lists), .. await Compare("search with highlights", texts.Searches)];

        async Task<IEnumerable<Figure>> Compare(string work, IReadOnlyList<(string, Func<Random, string>)> kinds)
        {
            foreach (var side in new[] { small, large })
                await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => WarmUp(side, kinds, seed, seconds)));
            var times = await Measure(small, large, kinds, 8 * seconds);
            return Figures(work, times.ToLookup(t => t.Kind, t => t.Small), times.ToLookup(t => t.Kind, t => t.Large), size);
        }
    }

    /// <summary>The figure of all kinds of requests together, followed by the figure of each kind.</summary>
    private static IEnumerable<Figure> Figures(string work, ILookup<string, double> small, ILookup<string, double> large, int size)
    {
        yield return Compare(
            $"{work} of 20 among {size.ToString("N0", CultureInfo.InvariantCulture)} articles, p99",
            small.SelectMany(k => k),
            large.SelectMany(k => k));
        foreach (var kind in small) yield return Compare($"- {kind.Key}", kind, large[kind.Key]);
    }

    private static Figure Compare(string work, IEnumerable<double> small, IEnumerable<double> large)
    {
        var (before, after) = (Rounds.Percentile(small, 0.99), Rounds.Percentile(large, 0.99));
        return new(
            work,
            Ms(after),
            $"{Ms(before)} among {Small.ToString("N0", CultureInfo.InvariantCulture)}",
            (after / before).ToString("0.00", CultureInfo.InvariantCulture),
            "<= 1.3",
            after / before <= 1.3);
    }

    private static string Ms(double milliseconds) => $"{milliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms";

    /// <summary>Sends requests one after another, because rows that were just loaded are slower at the first read.</summary>
    private static async Task WarmUp(HttpClient http, IReadOnlyList<(string Kind, Func<Random, string> Path)> kinds, int seed, int seconds)
    {
        var (random, watch) = (new Random(seed), Stopwatch.StartNew());
        while (watch.Elapsed.TotalSeconds < seconds) await Time(http, kinds[random.Next(kinds.Count)].Path(random));
    }

    /// <summary>Sends the same requests to the small and to the large database in alternation.</summary>
    private static async Task<(string Kind, double Small, double Large)[]> Measure(
        HttpClient small, HttpClient large, IReadOnlyList<(string Kind, Func<Random, string> Path)> kinds, int seconds)
    {
        var (random, watch, sent) = (
            new Random(1), Stopwatch.StartNew(), new List<(string Kind, Task<double> Small, Task<double> Large)>());
        for (var turn = 0; turn < Rate * seconds; turn += 2)
        {
            var (kind, path) = kinds[random.Next(kinds.Count)];
            var address = path(random);
            await Due(turn);
            var first = Time(small, address);
            await Due(turn + 1);
            sent.Add((kind, first, Time(large, address)));
        }
        return await Task.WhenAll(sent.Select(async a => (a.Kind, await a.Small, await a.Large)));

        Task Due(int turn) =>
            TimeSpan.FromSeconds((double)turn / Rate) is var due && due > watch.Elapsed
                ? Task.Delay(due - watch.Elapsed)
                : Task.CompletedTask;
    }

    private static async Task<double> Time(HttpClient http, string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>
    /// Copies the articles into a staging table, and from there into each read model in the order of publication. The word indexes are
    /// built after the rows, which is faster. 100,000 articles take about two minutes.
    /// </summary>
    private static async Task Fill(ArticleTexts texts, int from, int to)
    {
        if (to <= from) return;
        var file = Path.GetTempFileName();
        await using (var rows = new StreamWriter(file, false, new UTF8Encoding(false)))
            for (var i = from; i < to; i++) await rows.WriteAsync(texts.Row(i));
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $$"""
            set maintenance_work_mem = '256MB';
            create temp table staged (
              id uuid, section text, tags text[], published timestamptz, en_title text, en_body text, ru_title text, ru_body text,
              zh_title text, zh_body text, zh_pairs text);
            \copy staged from '{{file}}'
            create temp table indexes as select indexname, indexdef from pg_indexes
              where schemaname = 'articles' and tablename = 'article_index' and indexdef like '%USING gin%';
            select format('drop index articles.%I', indexname) from indexes \gexec
            insert into articles.article_index (
                id, article_id, section, tags, langs, published_at, changed_at, en, ru, zh, en_text, ru_text, zh_text)
              select 'article-' || id, id, section, tags, '{en,ru,zh}', published, published,
                to_tsvector('english', en_title || ' ' || en_body), to_tsvector('russian', ru_title || ' ' || ru_body),
                to_tsvector('simple', zh_pairs),
                en_title || e'\n\n' || en_body, ru_title || e'\n\n' || ru_body, zh_title || e'\n\n' || zh_body
              from staged order by published;
            select indexdef from indexes \gexec
            insert into articles.mt_doc_articlesummary (id, published_at, section, data)
              select 'article-' || id, published, section, jsonb_build_object(
                'id', 'article-' || id, 'section', section, 'tags', to_jsonb(tags), 'publishedAt', published,
                'headings', jsonb_build_object(
                  'en', jsonb_build_object('title', en_title, 'lead', left(en_body, 200), 'slug', 'e-' || id),
                  'ru', jsonb_build_object('title', ru_title, 'lead', left(ru_body, 200), 'slug', 'r-' || id),
                  'zh', jsonb_build_object('title', zh_title, 'lead', left(zh_body, 60), 'slug', 'z-' || id)))
              from staged order by published;
            vacuum analyze articles.article_index;
            vacuum analyze articles.mt_doc_articlesummary;
            """);
        await Command.Run("psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-f", script], PrivateSystem.PostgresClient("articles"));
        File.Delete(file);
        File.Delete(script);
    }
}
