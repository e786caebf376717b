using Articles.Publishing;
using Articles.Workflow;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>Imports an article with its dates, slugs and notes. An existing article is never overwritten.</summary>
public sealed record ImportArticle(
    Content Content,
    Content? Draft,
    DateTimeOffset? PublishedAt,
    DateTimeOffset? RevisedAt,
    DateTimeOffset? ScheduledFor,
    string? RetractionNote,
    DateTimeOffset? RetractedAt,
    IReadOnlyList<Correction>? Corrections,
    IReadOnlyDictionary<string, string>? FormerSlugs)
{
    /// <summary>The sections in which an import cannot publish anything, because the person who imports is one person.</summary>
    public FourEyes Rule { get; init; } = FourEyes.None;

    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null)
        {
            var publishes = (PublishedAt is not null && Rule.AppliesTo(Content.Section))
                || (ScheduledFor is not null && Rule.AppliesTo((Draft ?? Content).Section));
            return publishes
                ? throw new Rejected("The section requires two persons for each publication. Import the article as a draft.")
                : Events();
        }
        return IsSameAs(article)
            ? []
            : throw new Rejected("An article with this id already exists with different content. It was not changed.");
    }

    private IEnumerable<object> Events()
    {
        yield return new ArticleDrafted(Content);
        if (PublishedAt is { } published)
            yield return new ArticlePublished(Content, published)
            {
                RevisedAt = RevisedAt,
                Corrections = Corrections,
                FormerSlugs = FormerSlugs,
            };
        if (RetractionNote is not null) yield return new ArticleRetracted(RetractionNote, RetractedAt!.Value);
        if (Draft is not null && !Draft.IsSameAs(Content)) yield return new DraftRevised(Draft);
        if (ScheduledFor is { } due) yield return new ArticleScheduled(due);
    }

    private bool IsSameAs(Article article)
    {
        var imported = Events().Aggregate(new Article(), (a, e) => a.Evolve(e));
        return imported.Draft!.IsSameAs(article.Draft)
            && (imported.Published?.IsSameAs(article.Published) ?? article.Published is null)
            && (imported.PublishedAt, imported.RevisedAt, imported.ScheduledFor, imported.RetractionNote) == (
                article.PublishedAt, article.RevisedAt, article.ScheduledFor, article.RetractionNote)
            && imported.Corrections.SequenceEqual(article.Corrections);
    }
}
