using System.ComponentModel.DataAnnotations;
using Articles.Publishing;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// One line of an export or import, with a complete article. <c>content</c> is the published content, or the draft if the article was never
/// published. <c>draft</c> is present if it differs from the published content. Both have the format of <c>PUT /api/articles/{id}</c>.
/// <c>slugs</c> maps every slug under which the article was ever published to its language. <c>state</c> is ignored in imports.
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
        article.Published is not null && !article.Draft!.IsSameAs(article.Published) ? Request(article.Draft) : null,
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

    /// <summary>Validates and cleans the line in the same way as the request of an editor.</summary>
    internal async Task<ImportArticle> ToCommand(DateTimeOffset now, IQuerySession session, bool contended, CancellationToken ct)
    {
        if (Id == Guid.Empty) throw new Malformed("id", "must be a UUID that is not all zeros");
        if (PublishedAt is { } published) ValidDates.Check("publishedAt", published);
        if (ScheduledFor is { } due) ValidDates.Check("scheduledFor", due);
        if (PublishedAt > now) throw new Malformed("publishedAt", "must not be in the future; use scheduledFor to publish it later");
        if (PublishedAt is null && (RevisedAt is not null || Retraction is not null || Corrections is not null))
            throw new Malformed("publishedAt", "is missing, but required because the article was revised, corrected or retracted");
        foreach (var (slug, language) in Slugs ?? new Dictionary<string, string>())
            if (!Slug.IsValid(slug) || !Languages.All.Contains(language))
                throw new Malformed(
                    "slugs", $"\"{slug}\": {Slug.Rule}; its value must be one of {string.Join(", ", Languages.All)}");
        var content = await Validated(Content, session, contended, ct);
        var draft = Draft is null ? null : await Validated(Draft, session, contended, ct);
        return new ImportArticle(
            content,
            draft,
            PublishedAt?.Instant(),
            RevisedAt?.Instant(),
            ScheduledFor?.Instant(),
            CleanNote(Retraction?.Note, "retraction.note"),
            Retraction?.At.Instant(),
            Corrections?.Select(
                c => c with { Note = CleanNote(c.Note, "corrections")!, At = c.At.Instant(), Lang = Language.Requested(c.Lang) }).ToArray(),
            Slugs);
    }

    private async Task<Content> Validated(ArticleRequest request, IQuerySession session, bool contended, CancellationToken ct)
    {
        // For a PUT the framework validates the annotations.
        Validate(request, "content");
        if (request.Cover is not null) Validate(request.Cover, "content.cover");
        var content = await request.ToContent(Id, session, contended, ct);
        await DraftArticle.RequireSection(content.Section, session, ct);
        return content;
    }

    private static void Validate(object request, string path)
    {
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(request, new ValidationContext(request), problems, true))
            throw new Malformed($"{path}.{problems[0].MemberNames.FirstOrDefault()}", problems[0].ErrorMessage ?? "is not valid");
    }

    private static string? CleanNote(string? note, string field) =>
        note is null ? null
        : PlainText.Clean(note) is { Length: >= 1 and <= 500 } clean ? clean.Visible(field)
        : throw new Malformed(field, "must be 1..500 characters without markup");
}

/// <summary>The retraction of an article: its note for readers, and its time.</summary>
public sealed record ExchangedRetraction(string Note, DateTimeOffset At);
