using Articles.Publishing;
using Marten;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>
/// A signed-in person, by the subject of their token, and the roles that matter for articles. Editors and publishers read all drafts.
/// Editors write all of them; authors write those that they created and those that are assigned to them.
/// </summary>
public sealed record Person(string Name, bool IsAuthor, bool IsEditor, bool IsPublisher)
{
    /// <summary>Whether the person belongs to the newsroom at all.</summary>
    public bool IsInNewsroom => IsAuthor || IsEditor || IsPublisher;

    /// <summary>Whether the person reads every draft.</summary>
    public bool ReadsAll => IsEditor || IsPublisher;

    public static Person Of(HttpContext http) => new(
        http.User.FindFirst("sub")?.Value ?? "",
        http.User.IsInRole(Roles.Author),
        http.User.IsInRole(Roles.Editor),
        http.User.IsInRole(Roles.Publisher));

    /// <summary>Whether the person created the article, or it is assigned to them.</summary>
    public bool Owns(Article article) => Name.Length > 0 && (article.CreatedBy == Name || article.Assignee == Name);

    /// <exception cref="Forbidden">The person may not read the drafts of this article.</exception>
    public void RequireReading(Article article)
    {
        if (!ReadsAll && !Owns(article))
            throw new Forbidden("Authors can read only drafts that they created or that are assigned to them.");
    }

    /// <summary>Like the overload above, for the article with this id; an article that does not exist is not refused here.</summary>
    public async Task RequireReading(IQuerySession session, Guid id, CancellationToken ct)
    {
        if (!ReadsAll && await session.LoadAsync<Article>(Streams.Article(id), ct) is { } article) RequireReading(article);
    }

    /// <exception cref="Forbidden">The article belongs to another author.</exception>
    /// <exception cref="Rejected">An author may not change a draft that will be published without another review.</exception>
    public void RequireWriting(Article article)
    {
        if (IsEditor) return;
        if (!IsAuthor || !Owns(article))
            throw new Forbidden("Authors can change only drafts that they created or that are assigned to them.");
        if (article.ScheduledFor is not null)
            throw new Rejected("The article is scheduled. An editor must cancel the schedule before its author can change the draft.");
    }
}
