using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bench;

/// <summary>A figure, and when, at which commit and on which machine it was measured.</summary>
internal sealed record RecordedFigure(Figure Figure, DateOnly Date, string Commit, string Machine);

/// <summary>
/// The figures that <c>--record</c> stored last: <c>docs/benchmarks/latest.json</c>, and a table of them in <c>docs/benchmarks.md</c>.
/// </summary>
internal static class Records
{
    private const string Begin = "<!-- ./platform bench --record writes these lines -->", End = "<!-- end of the recorded figures -->";
    private const int MaxColumns = 140;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static string Data => Path.Combine(PrivateSystem.Root, "docs", "benchmarks", "latest.json");
    private static string Page => Path.Combine(PrivateSystem.Root, "docs", "benchmarks.md");

    public static async Task<IReadOnlyList<RecordedFigure>> Load() => File.Exists(Data) ? Parse(await File.ReadAllTextAsync(Data)) : [];

    public static async Task Store(IReadOnlyList<RecordedFigure> figures)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Data)!);
        await File.WriteAllTextAsync(Data, Serialize(figures));
        await File.WriteAllTextAsync(Page, WithTable(await File.ReadAllTextAsync(Page), figures));
    }

    /// <summary>
    /// The new record: after a complete run its figures only, otherwise also the recorded figures that this run did not measure again.
    /// </summary>
    public static IReadOnlyList<RecordedFigure> Replace(
        IReadOnlyList<RecordedFigure> recorded, IReadOnlyList<RecordedFigure> measured, bool isComplete)
    {
        if (isComplete) return measured;
        var again = measured.Select(m => m.Figure.Work).ToHashSet();
        return [.. recorded.Where(r => !again.Contains(r.Figure.Work)), .. measured];
    }

    public static List<RecordedFigure> Parse(string json) => JsonSerializer.Deserialize<List<RecordedFigure>>(json, Json)!;

    public static string Serialize(IReadOnlyList<RecordedFigure> figures) => JsonSerializer.Serialize(figures, Json) + "\n";

    /// <summary>Replaces the table in the text of the page. Figures of different runs have separate tables.</summary>
    public static string WithTable(string page, IReadOnlyList<RecordedFigure> figures)
    {
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"docs/benchmarks.md does not contain the lines \"{Begin}\" and \"{End}\".");
        var tables = figures.GroupBy(f => (f.Date, f.Commit, f.Machine)).Select(
            run =>
                $"\nRecorded on {run.Key.Date:yyyy-MM-dd} at commit {run.Key.Commit} on {run.Key.Machine}:\n\n"
                + Table(run.Select(r => r.Figure)));
        var text = figures.Count > 0 ? string.Concat(tables) : "\nNo figures are recorded yet.\n";
        return $"{page[..begin]}{Begin}\n{text}\n{page[end..]}";
    }

    /// <summary>A table whose lines have at most 140 columns: a baseline that does not fit becomes a note below the table.</summary>
    private static string Table(IEnumerable<Figure> figures)
    {
        var (lines, notes) = (new List<string> { Figure.Header }, new List<string>());
        foreach (var figure in figures)
        {
            var row = figure.Row(figure.Baseline);
            if (row.Length > MaxColumns)
            {
                notes.Add($"{notes.Count + 1}. {figure.Baseline}");
                row = figure.Row($"({notes.Count})");
            }
            lines.Add(row);
        }
        if (notes.Count > 0) lines.Add("");
        return string.Concat(lines.Concat(notes).Select(l => $"{l}\n"));
    }
}
