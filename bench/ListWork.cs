using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Bench;

/// <summary>Lists and searches of the articles service at 1,000 and at 100,000 articles: the rows its read models would hold, copied straight into its database.</summary>
internal static class ListWork
{
    private const int Small = 1_000, Large = 100_000, Connections = 4;
    private static readonly string[] Languages = ["en", "ru", "zh"];

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var size = int.TryParse(Environment.GetEnvironmentVariable("BENCH_ARTICLES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : Large;
        var service = new Uri(await PrivateSystem.Direct("articles"));
        var words = new Words();
        await Fill(words, 0, Small);
        var (list, search) = (await P99(service, Lists, seconds), await P99(service, words.Searches, seconds));
        await Fill(words, Small, size);
        var (listLarge, searchLarge) = (await P99(service, Lists, seconds), await P99(service, words.Searches, seconds));
        return [Compare("list", list, listLarge, size), Compare("search with highlights", search, searchLarge, size)];
    }

    private static Figure Compare(string work, double small, double large, int size)
    {
        var ratio = large / small;
        return new($"{work} of 20 among {size.ToString("N0", CultureInfo.InvariantCulture)} articles, p99", Ms(large), $"{Ms(small)} among {Small.ToString("N0", CultureInfo.InvariantCulture)}",
            ratio.ToString("0.00", CultureInfo.InvariantCulture), "<= 1.3", ratio <= 1.3);
    }

    private static string Ms(double milliseconds) => $"{milliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms";

    /// <summary>First pages, further pages, and every filter; the same requests at either size.</summary>
    private static string Lists(Random random) => random.Next(6) switch
    {
        0 => "/api/articles",
        1 => $"/api/articles?lang={Languages[random.Next(3)]}",
        2 => $"/api/articles?section=s{random.Next(8)}",
        3 => $"/api/articles?tag=t{random.Next(200)}",
        4 => $"/api/articles?to=20{random.Next(10, 25)}-06-30",
        _ => $"/api/articles?section=s{random.Next(8)}&lang=ru&fallback=false",
    };

    private static async Task<double> P99(Uri service, Func<Random, string> request, int seconds)
    {
        using var http = new HttpClient { BaseAddress = service };
        await Measure(http, request, 1);
        var times = await Measure(http, request, seconds);
        times.Sort();
        return times[(int)(times.Count * 0.99)];
    }

    private static async Task<List<double>> Measure(HttpClient http, Func<Random, string> request, int seconds)
    {
        var watch = Stopwatch.StartNew();
        var measured = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async seed =>
        {
            var (random, times) = (new Random(seed), new List<double>());
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                var started = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(request(random));
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            return times;
        }));
        return [.. measured.SelectMany(t => t)];
    }

    /// <summary>COPY into a staging table, then one INSERT for each read model: 100,000 articles in about a minute and a half.</summary>
    private static async Task Fill(Words words, int from, int to)
    {
        if (to <= from) return;
        var file = Path.GetTempFileName();
        await using (var rows = new StreamWriter(file, false, new UTF8Encoding(false)))
            for (var i = from; i < to; i++) await rows.WriteAsync(words.Row(i));
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $$"""
            create temp table staged (id uuid, section text, tags text[], published timestamptz, en_title text, en_body text, ru_title text, ru_body text, zh_title text, zh_body text, zh_pairs text);
            \copy staged from '{{file}}'
            insert into articles.article_index (id, article_id, section, tags, langs, published_at, changed_at, en, ru, zh, en_text, ru_text, zh_text)
              select 'article-' || id, id, section, tags, '{en,ru,zh}', published, published, to_tsvector('english', en_title || ' ' || en_body), to_tsvector('russian', ru_title || ' ' || ru_body),
                to_tsvector('simple', zh_pairs), en_title || e'\n\n' || en_body, ru_title || e'\n\n' || ru_body, zh_title || e'\n\n' || zh_body from staged;
            insert into articles.mt_doc_articlesummary (id, published_at, section, data)
              select 'article-' || id, published, section, jsonb_build_object('id', 'article-' || id, 'section', section, 'tags', to_jsonb(tags), 'publishedAt', published, 'headings', jsonb_build_object(
                'en', jsonb_build_object('title', en_title, 'lead', left(en_body, 200), 'slug', 'e-' || id), 'ru', jsonb_build_object('title', ru_title, 'lead', left(ru_body, 200), 'slug', 'r-' || id),
                'zh', jsonb_build_object('title', zh_title, 'lead', left(zh_body, 60), 'slug', 'z-' || id))) from staged;
            vacuum analyze articles.article_index;
            vacuum analyze articles.mt_doc_articlesummary;
            """);
        await Command.Run("psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-f", script], PrivateSystem.PostgresClient("articles"));
        File.Delete(file);
        File.Delete(script);
    }

    /// <summary>Words that are as unequally frequent as words are (Zipf), the same on every run.</summary>
    private sealed class Words
    {
        private const int Known = 5000;
        private readonly Random _random = new(1);
        private readonly string[] _en, _ru, _zh;

        public Words()
        {
            string Word(string letters, int least, int most) => string.Concat(Enumerable.Range(0, _random.Next(least, most)).Select(_ => letters[_random.Next(letters.Length)]));
            string[] Make(string letters, int least, int most) => [.. Enumerable.Range(0, Known).Select(_ => Word(letters, least, most))];
            _en = Make("aeioubcdfglmnprstv", 4, 9);
            _ru = Make("аеиоубвгдклмнпрст", 4, 9);
            // As many characters as everyday Chinese leans on, so that pairs are as rare as they are.
            _zh = Make(string.Concat(Enumerable.Range(0x4E00, 600).Select(c => (char)c)), 2, 4);
        }

        public string Row(int i)
        {
            var (en, ru, zh) = (Text(_en, 100, " "), Text(_ru, 100, " "), Text(_zh, 60, ""));
            var (enTitle, ruTitle, zhTitle) = (Text(_en, 8, " "), Text(_ru, 8, " "), Text(_zh, 6, ""));
            var pairs = string.Join(' ', new[] { zhTitle, zh }.SelectMany(t => t.Zip(t.Skip(1), (a, b) => $"{a}{b}").Concat(t.Zip(t.Skip(1), t.Skip(2)).Select(g => $"{g.First}{g.Second}{g.Third}"))));
            var bytes = new byte[16];
            _random.NextBytes(bytes);
            var published = new DateTimeOffset(2005, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes((long)i * 7919 % 10_000_000).ToString("O", CultureInfo.InvariantCulture);
            return string.Join('\t', new Guid(bytes), $"s{_random.Next(8)}", $"{{t{Skewed(200)},t{Skewed(200)}}}", published, enTitle, en, ruTitle, ru, zhTitle, zh, pairs) + "\n";
        }

        /// <summary>One word or two of any frequency, in one of the languages.</summary>
        public string Searches(Random random)
        {
            var language = random.Next(3);
            var known = language switch { 0 => _en, 1 => _ru, _ => _zh };
            var words = string.Join(' ', Enumerable.Range(0, random.Next(1, 3)).Select(_ => known[(int)(Known * Math.Pow(random.NextDouble(), 2))]));
            return $"/api/articles?lang={Languages[language]}&q={Uri.EscapeDataString(words)}";
        }

        private string Text(string[] words, int count, string between) => string.Join(between, Enumerable.Range(0, count).Select(_ => words[Skewed(Known)]));

        private int Skewed(int of) => Math.Clamp((int)Math.Pow(of + 1, _random.NextDouble()) - 1, 0, of - 1);
    }
}
