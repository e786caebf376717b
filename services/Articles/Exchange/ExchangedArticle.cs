using System.ComponentModel.DataAnnotations;
using Marten;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// One line of an export or import: an article whole. <c>content</c> is what readers see, or the draft of what they never saw; <c>draft</c>
/// where it differs from that. Contents are written as in <c>PUT /api/articles/{id}</c>. <c>slugs</c> are all it ever had in public, by
/// slug the language. <c>state</c> is told and not read.
/// </summary>
public sealed record ExchangedArticle(
    Guid Id,
    ArticleRequest Content,
    string? State = null,
    ArticleRequest? Draft = null,
    DateTimeOffset? PublishedAt = null,
    DateTimeOffset? RevisedAt = null,
    DateTimeOffset? ScheduledFor = null,
    ExchangedRetraction? Retraction = null,
    IReadOnlyList<Correction>? Corrections = null,
    IReadOnlyDictionary<string, string>? Slugs = null)
{
    internal static ExchangedArticle Of(Article article) => new(
        Streams.ArticleId(article.Id), Request(article.Published ?? article.Draft!), article.State,
        article.Published is not null && !article.Draft!.Says(article.Published) ? Request(article.Draft) : null,
        article.PublishedAt, article.RevisedAt, article.ScheduledFor,
        article.Retracted ? new(article.RetractionNote!, article.RetractedAt!.Value) : null,
        article.Corrections.Count == 0 ? null : article.Corrections,
        article.PublicSlugs.Count == 0 ? null : article.PublicSlugs);

    private static ArticleRequest Request(Content content) => new(
        content.Section,
        content.Texts.OrderBy(t => Languages.Rank(t.Key)).ToDictionary(t => t.Key, t => new TextRequest(
            t.Value.Title,
            t.Value.Markdown ?? t.Value.BodyHtml,
            t.Value.Lead,
            t.Value.Slug,
            t.Value.Markdown is null ? BodyFormat.Html : BodyFormat.Markdown)),
        content.Tags.Count == 0 ? null : [.. content.Tags], content.OccurredOn, content.Author, content.Source,
        content.Cover is null ? null : new(content.Cover.Url, content.Cover.Alt.ToDictionary()),
        content.Related is null ? null : [.. content.Related]);

    /// <summary>Checked and cleaned like everything else that comes in.</summary>
    internal async Task<ImportArticle> ToCommand(DateTimeOffset now, IQuerySession session, bool contended, CancellationToken ct)
    {
        if (Id == Guid.Empty) throw new Malformed("id", "must be a UUID other than zero");
        if (PublishedAt is { } published) ValidDates.Check("publishedAt", published);
        if (ScheduledFor is { } due) ValidDates.Check("scheduledFor", due);
        if (PublishedAt > now) throw new Malformed("publishedAt", "must not be in the future; scheduledFor may");
        if (PublishedAt is null && (RevisedAt is not null || Retraction is not null || Corrections is not null))
            throw new Malformed("publishedAt", "is missing, yet the article was revised, corrected or retracted");
        foreach (var (slug, language) in Slugs ?? new Dictionary<string, string>())
            if (!Slug.IsValid(slug) || !Languages.All.Contains(language))
                throw new Malformed("slugs", $"\"{slug}\": {Slug.Rule}, and its language");
        var content = await Checked(Content, session, contended, ct);
        var draft = Draft is null ? null : await Checked(Draft, session, contended, ct);
        return new ImportArticle(
            content,
            draft,
            PublishedAt?.Instant(),
            RevisedAt?.Instant(),
            ScheduledFor?.Instant(),
            Cleaned(Retraction?.Note, "retraction.note"),
            Retraction?.At.Instant(),
            Corrections?.Select(
                c => c with { Note = Cleaned(c.Note, "corrections")!, At = c.At.Instant(), Lang = Language.Asked(c.Lang) }).ToArray(),
            Slugs);
    }

    private async Task<Content> Checked(ArticleRequest request, IQuerySession session, bool contended, CancellationToken ct)
    {
        // The endpoint of a PUT has this done by the framework.
        Check(request, "content");
        if (request.Cover is not null) Check(request.Cover, "content.cover");
        var content = await request.ToContent(Id, session, contended, ct);
        await DraftArticle.SectionIsKnown(content.Section, session, ct);
        return content;
    }

    private static void Check(object request, string at)
    {
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(request, new ValidationContext(request), problems, true))
            throw new Malformed($"{at}.{problems[0].MemberNames.FirstOrDefault()}", problems[0].ErrorMessage ?? "is not valid");
    }

    private static string? Cleaned(string? note, string at) =>
        note is null ? null
        : PlainText.Clean(note) is { Length: >= 1 and <= 500 } clean ? clean.Visible(at)
        : throw new Malformed(at, "must be 1..500 characters without markup");
}

/// <summary>That it was retracted, why and when.</summary>
public sealed record ExchangedRetraction(string Note, DateTimeOffset At);

/// <summary>
/// What became of one line: created, unchanged, rejected, skipped, or failed (nothing was stored of it; try again). A <c>warning</c> is
/// about the whole file and has the line 0. <c>problem</c> says why, and what was changed in what was taken.
/// </summary>
public sealed record ImportResult(int Line, Guid? Id, string Result, string? Problem = null);
