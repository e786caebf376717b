using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Bench;

/// <summary>
/// Articles about known subjects in three languages (bench/search/topics.json): some have the subject in the title, some in the lead, some
/// mention it in the text, and some contain its words in different sentences. Their dates are independent of that. They are the same in
/// every run.
/// </summary>
internal sealed class SearchCorpus
{
    private const int PerPlace = 3;
    private static readonly string[] Languages = ["en", "ru", "zh"];
    private readonly JsonNode _set = JsonNode.Parse(
        File.ReadAllText(Path.Combine(PrivateSystem.Root, "bench", "search", "topics.json")))!;

    private readonly List<string> _lines = [];

    public SearchCorpus()
    {
        var random = new Random(24);
        var queries = new List<JudgedQuery>();
        foreach (var topic in _set["topics"]!.AsArray())
        {
            var relevant = new Dictionary<Guid, int>();
            var scattered = new List<Guid>();
            for (var i = 0; i < 4 * PerPlace; i++)
            {
                var id = new Guid($"0196b000-0000-7000-8000-{_lines.Count:x12}");
                var place = i / PerPlace; // title, lead, text, scattered
                if (place < 3) relevant[id] = 3 - place;
                else scattered.Add(id);
                _lines.Add(Line(id, topic!, place, random));
            }
            foreach (var language in Languages)
            {
                var words = (string)topic![language]!;
                // A subject of one word cannot be scattered.
                var all = words.Contains(' ', StringComparison.Ordinal) || language == "zh"
                    ? relevant
                    : relevant.Concat(scattered.Select(id => KeyValuePair.Create(id, 1))).ToDictionary();
                queries.Add(new(language, words, all));
            }
        }
        Queries = queries;
    }

    /// <summary>A query for each subject and language.</summary>
    public IReadOnlyList<JudgedQuery> Queries { get; }

    /// <summary>Stores the seeds and the generated articles as an editor.</summary>
    public async Task Fill(HttpClient editor)
    {
        var seeds = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(PrivateSystem.Root, "seeds", "articles.json")))!;
        foreach (var seed in seeds.AsArray())
        {
            using var request = new HttpRequestMessage(new HttpMethod((string)seed!["method"]!), (string)seed["path"]!);
            foreach (var (name, value) in seed["headers"]?.AsObject() ?? new JsonObject())
                request.Headers.TryAddWithoutValidation(name, (string)value!);
            if (!request.Headers.Contains("If-Match")) request.Headers.TryAddWithoutValidation("If-Match", "*");
            if (seed["body"] is { } body) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            await Ok(editor.SendAsync(request));
        }
        foreach (var lines in _lines.Chunk(100))
        {
            var report = await Ok(editor.PostAsync(
                "/api/import/articles",
                new StringContent(string.Join('\n', lines), Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"))));
            if (report.Split("\"outcome\":\"created\"").Length - 1 != lines.Length) throw new InvalidOperationException(report);
        }
    }

    private string Line(Guid id, JsonNode topic, int place, Random random)
    {
        var number = _lines.Count + 1;
        var translations = new JsonObject();
        foreach (var language in Languages)
        {
            var subject = (string)topic[language]!;
            var sentences = _set["sentences"]![language]!.AsArray().Select(s => (string)s!).OrderBy(_ => random.Next()).Take(6).ToList();
            if (place == 2) sentences.Insert(3, Mention(language, subject));
            if (place == 3 && language != "zh")
                foreach (var word in subject.Split(' ').Reverse()) sentences.Insert(random.Next(sentences.Count), Mention(language, word));
            translations[language] = new JsonObject
            {
                ["title"] = Title(language, place == 0 ? subject : null, number),
                ["lead"] = place == 1 ? Lead(language, subject) : "",
                ["body"] = string.Concat(sentences.Select(s => $"<p>{s}</p>")),
            };
        }
        var published = new DateTimeOffset(2006, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(random.Next(20 * 365 * 24));
        return new JsonObject
        {
            ["id"] = id,
            ["publishedAt"] = published,
            ["content"] = new JsonObject { ["section"] = "news", ["tags"] = new JsonArray("corpus"), ["translations"] = translations },
        }.ToJsonString();
    }

    private static string Title(string language, string? subject, int number) => language switch
    {
        "ru" => subject is null ? $"Региональный обзор {number}" : $"{subject}: отчёт {number}",
        "zh" => subject is null ? $"地区综述第{number}期" : $"{subject}：第{number}号报告",
        _ => subject is null ? $"Regional review {number}" : $"{subject}: report {number}",
    };

    private static string Lead(string language, string subject) => language switch
    {
        "ru" => $"Главная тема выпуска — {subject}.",
        "zh" => $"本期主要议题是{subject}。",
        _ => $"The main subject of this issue is {subject}.",
    };

    private static string Mention(string language, string words) => language switch
    {
        "ru" => $"Один из гостей упомянул тему «{words}» в беседе.",
        "zh" => $"一位来宾在交谈中提到了{words}。",
        _ => $"One of the guests mentioned {words} in a conversation.",
    };

    private static async Task<string> Ok(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var content = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? content : throw new InvalidOperationException($"{(int)answer.StatusCode}: {content}");
    }
}
