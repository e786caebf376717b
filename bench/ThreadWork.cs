using System.Diagnostics;
using System.Globalization;

namespace Bench;

/// <summary>
/// Compares the first page of a discussion with 300 comments and of one with 30,000, in each sort order. The rows of the read models are
/// copied directly into the database.
/// </summary>
internal static class ThreadWork
{
    private const int Small = 300, Large = 30_000, Rounds = 400;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var (small, large) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await Fill(small, Small);
        await Fill(large, Large);
        using var http = new HttpClient { BaseAddress = new Uri(await PrivateSystem.Direct("comments")) };
        var figures = new List<Figure>();
        foreach (var sort in new[] { "newest", "oldest", "best" })
        {
            var (few, many) = await Medians(
                http, $"/api/articles/{small}/comments?sort={sort}", $"/api/articles/{large}/comments?sort={sort}");
            figures.Add(Figure.AtMostTimes(
                $"first page of {Number(Large)} comments, {sort} first", Ms(many), $"{Ms(few)} of {Small}", many / few, 1.3));
        }
        return [.. figures];
    }

    /// <summary>Measures both discussions in alternation, so that other load on the machine affects both equally.</summary>
    private static async Task<(double, double)> Medians(HttpClient http, string few, string many)
    {
        var (a, b) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            a.Add(await Time(http, few));
            b.Add(await Time(http, many));
        }
        return (Median(a), Median(b));
    }

    private static async Task<double> Time(HttpClient http, string address)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(address);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>
    /// Stores comments in threads of four: every fourth comment starts a thread, and each of the others replies to the one before it. So
    /// the two discussions differ only in the number of threads.
    /// </summary>
    private static async Task Fill(Guid article, int comments)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $$"""
            insert into comments.mt_doc_articlecopy (id, data) values (
              'article-{{article}}', jsonb_build_object('id', 'article-{{article}}', 'articleVersion', 1, 'retracted', false));
            create temp table past as select i, gen_random_uuid() as id, '2026-01-01'::timestamptz + i * interval '1 second' as at
              from generate_series(0, {{comments - 1}}) i;
            insert into comments.thread
              select p.id, '{{article}}', coalesce(a.id, '{{article}}'), p.at, true, 3 - p.i % 4, true, p.i * 7919 % 100, 0,
                (p.i * 7919 % 100) / 101.0
              from past p left join past a on p.i % 4 > 0 and a.i = p.i - 1 order by p.i;
            insert into comments.mt_doc_commentview (id, data, mt_version, article_id, status, posted_at)
              select 'comment-' || id, jsonb_build_object(
                  'id', 'comment-' || id, 'articleId', '{{article}}', 'author', 'Reader ' || i,
                  'text', 'A comment of ordinary length, neither short nor long.', 'postedAt', at, 'status', 'Shown'),
                1, '{{article}}', 'Shown', at
              from past;
            vacuum analyze comments.thread;
            vacuum analyze comments.mt_doc_commentview;
            """);
        await Command.Run("psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-f", script], PrivateSystem.PostgresClient("comments"));
        File.Delete(script);
    }

    private static string Ms(double milliseconds) => $"{milliseconds.ToString("0.00", CultureInfo.InvariantCulture)} ms";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
