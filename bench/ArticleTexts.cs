using System.Globalization;
using System.Text;

namespace Bench;

/// <summary>
/// Generates articles whose words and tags have a Zipf distribution, as in real texts, and typical requests of readers for them. Both are
/// the same in every run.
/// </summary>
internal sealed class ArticleTexts
{
    private const int Known = 5000, Tags = 200, Sections = 8;
    private static readonly DateTimeOffset First = new(2005, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Languages = ["en", "ru", "zh"];
    private readonly Random _random = new(1);
    private readonly string[][] _words;

    public ArticleTexts()
    {
        string Word(string letters, int least, int most) =>
            string.Concat(Enumerable.Range(0, _random.Next(least, most)).Select(_ => letters[_random.Next(letters.Length)]));
        string[] Make(string letters, int least, int most) => [.. Enumerable.Range(0, Known).Select(_ => Word(letters, least, most))];
        // 600 Chinese characters make up most of an everyday text, so that pairs of characters are as rare as in real texts.
        _words =
        [
            Make("aeioubcdfglmnprstv", 4, 9),
            Make("аеиоубвгдклмнпрст", 4, 9),
            Make(string.Concat(Enumerable.Range(0x4E00, 600).Select(c => (char)c)), 2, 4),
        ];
    }

    /// <summary>Requests for first pages and further pages, with every filter. They do not depend on the number of articles.</summary>
    public static IReadOnlyList<(string Kind, Func<Random, string> Path)> Lists { get; } =
    [
        ("newest", _ => "/api/articles"),
        ("language", r => $"/api/articles?lang={Languages[r.Next(3)]}"),
        ("section", r => $"/api/articles?section=s{r.Next(Sections)}"),
        ("tag", r => $"/api/articles?tag=t{r.Next(Tags)}"),
        ("tag in a section", r => $"/api/articles?tag=t{r.Next(Tags)}&section=s{r.Next(Sections)}"),
        ("until a day", r => $"/api/articles?to=20{r.Next(10, 25)}-06-30"),
        ("days", r => $"/api/articles?from={r.Next(2006, 2014)}-02-01&to={r.Next(2014, 2024)}-01-31"),
        ("section in one language", r => $"/api/articles?section=s{r.Next(Sections)}&lang=ru&fallback=false"),
        ("further page", r => $"/api/articles?cursor={Cursor(r)}"),
        ("further page of a tag", r => $"/api/articles?tag=t{r.Next(Tags)}&cursor={Cursor(r)}"),
    ];

    /// <summary>Searches for one or two words of different frequencies in one language, some of them in a section or with a tag.</summary>
    public IReadOnlyList<(string Kind, Func<Random, string> Path)> Searches =>
    [
        ("frequent word", r => Search(r, 0, 100)),
        ("word", r => Search(r, 100, 1000)),
        ("rare word", r => Search(r, 1000, Known)),
        ("two words", r => Search(r, 0, Known, 2)),
        ("words in a section", r => $"{Search(r, 0, Known, r.Next(1, 3))}&section=s{r.Next(Sections)}"),
        ("word and tag", r => $"{Search(r, 0, Known)}&tag=t{r.Next(Tags)}"),
    ];

    /// <summary>The numbers of search results by section, language, tag and year.</summary>
    public IReadOnlyList<(string Kind, Func<Random, string> Path)> Facets =>
    [
        ("facets of a frequent word", r => Search(r, 0, 100, path: "/api/search/facets")),
        ("facets of a word", r => Search(r, 100, 1000, path: "/api/search/facets")),
        ("facets of a rare word", r => Search(r, 1000, Known, path: "/api/search/facets")),
        ("facets in a section", r => $"{Search(r, 0, Known, path: "/api/search/facets")}&section=s{r.Next(Sections)}"),
    ];

    /// <summary>Suggestions for the beginnings of words.</summary>
    public IReadOnlyList<(string Kind, Func<Random, string> Path)> Suggestions =>
    [
        ("two letters", r => Search(r, 0, Known, length: 2, path: "/api/search/suggestions")),
        ("three letters", r => Search(r, 0, Known, length: 3, path: "/api/search/suggestions")),
        ("word", r => Search(r, 0, Known, path: "/api/search/suggestions")),
    ];

    /// <summary>An article as a line of COPY input.</summary>
    public string Row(int i)
    {
        var (en, ru, zh) = (Text(_words[0], 100, " "), Text(_words[1], 100, " "), Text(_words[2], 60, ""));
        var (enTitle, ruTitle, zhTitle) = (Text(_words[0], 8, " "), Text(_words[1], 8, " "), Text(_words[2], 6, ""));
        static string Pairs(params string[] texts) => string.Join(
            ' ',
            texts.SelectMany(
                t =>
                    t.Zip(t.Skip(1), (a, b) => $"{a}{b}")
                        .Concat(t.Zip(t.Skip(1), t.Skip(2)).Select(g => $"{g.First}{g.Second}{g.Third}"))));
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        var published = First.AddMinutes((long)i * 7919 % 10_000_000).ToString("O", CultureInfo.InvariantCulture);
        return string.Join(
            '\t', new Guid(bytes), $"s{_random.Next(Sections)}", $"{{t{Skewed(Tags)},t{Skewed(Tags)}}}", published, enTitle, en, ruTitle,
            ru, zhTitle, zh, Pairs(zhTitle, zh), Pairs(zhTitle))
            + "\n";
    }

    private string Search(Random random, int from, int to, int words = 1, int length = 100, string path = "/api/articles")
    {
        var language = random.Next(3);
        // Frequent words are also searched for more often.
        var searched = Enumerable.Range(0, words)
            .Select(_ => _words[language][from + (int)((to - from) * Math.Pow(random.NextDouble(), 2))])
            .Select(word => word.Length <= length ? word : word[..length]);
        return $"{path}?lang={Languages[language]}&q={Uri.EscapeDataString(string.Join(' ', searched))}";
    }

    private static string Cursor(Random random) =>
        Convert.ToBase64String(
            Encoding.UTF8.GetBytes(
                $$"""{"publishedAt":"{{First.AddMinutes(random.Next(2_000_000, 10_000_000)):yyyy-MM-ddTHH:mm:ssZ}}","id":"article-f"}"""))
            .TrimEnd('=')
            .Replace('+', '-')
            .Replace('/', '_');

    private string Text(string[] words, int count, string between) =>
        string.Join(between, Enumerable.Range(0, count).Select(_ => words[Skewed(Known)]));

    private int Skewed(int of) => Math.Clamp((int)Math.Pow(of + 1, _random.NextDouble()) - 1, 0, of - 1);
}
