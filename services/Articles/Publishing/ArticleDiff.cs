using Articles.Texts;
using Articles.Workflow;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Marten;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// <c>GET /api/articles/{id}/diff?from=&amp;to=&amp;lang=</c>: Compares two versions of the draft word by word, and character by character
/// in Chinese.
/// </summary>
public static class ArticleDiff
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/diff", async (
            Guid id, long? from, long? to, string? lang, HttpContext http, IQuerySession session, CancellationToken ct) =>
            {
                await Person.Of(http).RequireReading(session, id, ct);
                if (from is null) throw new Malformed("from", "is missing; send the older version");
                if (to is null) throw new Malformed("to", "is missing; send the newer version");
                var requested = Language.Requested(lang);
                var (old, now) = (
                    (await ArticleHistory.At(session, id, from.Value, ct)).Draft!,
                    (await ArticleHistory.At(session, id, to.Value, ct)).Draft!);
                return new DiffView(
                    from.Value,
                    to.Value,
                    [
                        .. Facts(old, now),
                        .. Languages.All.Where(l => requested is null || l == requested).SelectMany(l => Texts(l, old, now)),
                    ]);
            }).Requires(Roles.Newsroom);

    private static IEnumerable<FieldDiff> Facts(Content old, Content now) => new[]
    {
        Between("section", null, old.Section, now.Section),
        Between("tags", null, string.Join(' ', old.Tags), string.Join(' ', now.Tags)),
        Between("occurredOn", null, $"{old.OccurredOn:O}", $"{now.OccurredOn:O}"),
        Between("author", null, old.Author, now.Author),
        Between("source", null, old.Source, now.Source),
        Between("cover", null, old.Cover?.Url, now.Cover?.Url),
        Between("related", null, string.Join(' ', old.Related ?? []), string.Join(' ', now.Related ?? [])),
    }.OfType<FieldDiff>();

    private static IEnumerable<FieldDiff> Texts(string language, Content old, Content now)
    {
        var (a, b) = (old.Texts.GetValueOrDefault(language), now.Texts.GetValueOrDefault(language));
        return new[]
        {
            Between("title", language, a?.Title, b?.Title),
            Between("lead", language, a?.Lead, b?.Lead),
            Between("slug", language, a?.Slug, b?.Slug),
            Between("body", language, a is null ? null : MarkdownText.Of(a.BodyHtml), b is null ? null : MarkdownText.Of(b.BodyHtml)),
            Between("cover.alt", language, old.Cover?.Alt.GetValueOrDefault(language), now.Cover?.Alt.GetValueOrDefault(language)),
        }.OfType<FieldDiff>();
    }

    /// <summary>Runs of equal, deleted and inserted text; null if the texts are the same.</summary>
    public static FieldDiff? Between(string field, string? language, string? old, string? now)
    {
        if ((old ?? "") == (now ?? "")) return null;
        IChunker chunks = language == "zh" ? new CharacterChunker() : new WordChunker();
        var pieces = new InlineDiffBuilder(new Differ()).BuildDiffModel(old ?? "", now ?? "", false, false, chunks).Lines.Select(
            p => new DiffRun(p.Type switch
            {
                ChangeType.Deleted => Change.Deleted,
                ChangeType.Inserted => Change.Inserted,
                _ => Change.Equal,
            }, p.Text));
        var runs = new List<DiffRun>();
        foreach (var piece in pieces)
        {
            if (runs.Count > 0 && runs[^1].Change == piece.Change) runs[^1] = piece with { Text = runs[^1].Text + piece.Text };
            else runs.Add(piece);
        }
        return new FieldDiff(field, language, runs);
    }
}

/// <summary>The change of a run of text.</summary>
public enum Change
{
    /// <summary>The text is in both versions.</summary>
    Equal,
    /// <summary>The text is only in the older version.</summary>
    Deleted,
    /// <summary>The text is only in the newer version.</summary>
    Inserted,
}

/// <summary>A run of text and its change.</summary>
public sealed record DiffRun(Change Change, string Text);

/// <summary>The changes of one field, with its language if it has one. Bodies are compared as Markdown.</summary>
public sealed record FieldDiff(string Field, string? Lang, IReadOnlyList<DiffRun> Runs);

/// <summary>The differences between two versions. Fields that are the same are omitted.</summary>
public sealed record DiffView(long From, long To, IReadOnlyList<FieldDiff> Fields);
