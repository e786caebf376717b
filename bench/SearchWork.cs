using System.Globalization;
using System.Net.Http.Json;

namespace Bench;

/// <summary>
/// Measures the quality of search with judged queries over the seeds and a generated corpus: the order by relevance against the order by
/// date, and how often one typing error still finds the article.
/// </summary>
internal static class SearchWork
{
    /// <summary>The share of queries that must find their article in spite of one typing error.</summary>
    private const double FoundInSpiteOfErrors = 0.9;

    /// <summary>The part of a response that is judged.</summary>
    private sealed record Results(IReadOnlyList<Result> Items);

    private sealed record Result(Guid Id);

    public static Task<Figure[]> Run(PrivateSystem system, Site site, int seconds) => Judge(system.Http);

    /// <summary>Stores the articles as an editor, and searches them.</summary>
    public static async Task<Figure[]> Judge(HttpClient editor)
    {
        var corpus = new SearchCorpus();
        await corpus.Fill(editor);
        JudgedQuery[] queries = [.. JudgedQuery.AboutSeeds(), .. corpus.Queries];
        Progress.Report($"  {queries.Length} judged queries");
        var figures = new List<Figure>();
        foreach (var language in queries.Select(q => q.Lang).Distinct())
        {
            JudgedQuery[] mine = [.. queries.Where(q => q.Lang == language)];
            var (relevance, date) = (await Search(editor, mine, "relevance"), await Search(editor, mine, "date"));
            figures.Add(Quality(
                $"search: nDCG@10, {language}", Mean(mine, relevance, (q, r) => q.Ndcg(r)), Mean(mine, date, (q, r) => q.Ndcg(r))));
            figures.Add(Quality(
                $"search: recall@10, {language}", Mean(mine, relevance, (q, r) => q.Recall(r)), Mean(mine, date, (q, r) => q.Recall(r))));
            if (language == "zh") continue;
            JudgedQuery[] mistyped = [.. mine.Select((q, i) => q.WithTypingError(i)).OfType<JudgedQuery>()];
            var found = await Search(editor, mistyped, "relevance");
            foreach (var (query, results) in mistyped.Zip(found).Where(p => !p.First.IsFound(p.Second)))
                Progress.Report($"  not found: {query.Q}, {results.Count} other results");
            var share = Mean(mistyped, found, (q, r) => q.IsFound(r) ? 1 : 0);
            figures.Add(new(
                $"search: found in spite of one typing error, {language}", share, "", Text(share), "-", true, FoundInSpiteOfErrors));
        }
        return [.. figures];
    }

    private static async Task<IReadOnlyList<IReadOnlyList<Guid>>> Search(HttpClient reader, JudgedQuery[] queries, string sort)
    {
        var all = new List<IReadOnlyList<Guid>>();
        foreach (var query in queries)
        {
            var results = await reader.GetFromJsonAsync<Results>(
                $"/api/articles?lang={query.Lang}&sort={sort}&limit={JudgedQuery.Depth}&q={Uri.EscapeDataString(query.Q)}");
            all.Add([.. results!.Items.Select(i => i.Id)]);
        }
        return all;
    }

    private static double Mean(
        JudgedQuery[] queries, IReadOnlyList<IReadOnlyList<Guid>> results, Func<JudgedQuery, IReadOnlyList<Guid>, double> quality) =>
        queries.Zip(results).Average(pair => quality(pair.First, pair.Second));

    private static Figure Quality(string work, double byRelevance, double byDate) =>
        new(work, byRelevance, "", Text(byRelevance), $"{Text(byDate)} by date", true, null);

    private static string Text(double share) => share.ToString("0.00", CultureInfo.InvariantCulture);
}
