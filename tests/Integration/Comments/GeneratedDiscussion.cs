using Comments.Posting;
using Comments.Threads;
using Platform.Web;

namespace Integration.Comments;

/// <summary>
/// A discussion in memory, and what readers should see of it according to the definitions: a comment stays in the tree while it or a
/// comment below it is shown, a page contains three levels, and each comment has its first three replies.
/// </summary>
internal sealed record GeneratedDiscussion(
    Guid Article, IReadOnlyList<GeneratedComment> Comments, IReadOnlyDictionary<Guid, double> Best)
{
    private const int Levels = 3, RepliesPerComment = 3;

    public bool IsVisible(GeneratedComment comment) => comment.IsShown || ShownBelow(comment) > 0;

    /// <summary>The comments above a comment, the nearest first.</summary>
    public static IEnumerable<GeneratedComment> Above(GeneratedComment comment)
    {
        for (var above = comment.Parent; above is not null; above = above.Parent) yield return above;
    }

    /// <summary>The visible direct replies to a comment, or the visible top-level comments.</summary>
    public IReadOnlyList<GeneratedComment> Below(GeneratedComment? parent, string sort)
    {
        var below = Comments.Where(c => c.Parent == parent && IsVisible(c)).OrderBy(c => c.Column).ThenBy(c => c.Id);
        return sort switch
        {
            "oldest" => [.. below],
            "newest" => [.. below.Reverse()],
            _ => [.. below.Reverse().OrderByDescending(c => Best[c.Id])],
        };
    }

    /// <summary>A page of these comments, each with its first replies.</summary>
    public Page<CommentItem> Page(IReadOnlyList<GeneratedComment> comments, int limit, string sort, int level = 0)
    {
        var page = comments.Take(limit).ToArray();
        var next = comments.Count > limit
            ? ThreadEqualityTests.Cursor(
                new { PostedAt = page[^1].Column, page[^1].Id, Best = sort == "best" ? Best[page[^1].Id] : (double?)null })
            : null;
        return new([.. page.Select(c => WithReplies(c, sort == "best" ? "best" : "oldest", level))], next);
    }

    /// <summary>A comment as readers see it, without its replies.</summary>
    public CommentItem Alone(GeneratedComment comment) =>
        (comment.IsShown
            ? comment.Item()
            : new CommentItem(comment.Id, comment.Parent?.Id, null, null, comment.Column) { Removed = true })
        with
        { Score = comment.Score, ReplyCount = ShownBelow(comment) };

    private CommentItem WithReplies(GeneratedComment comment, string sort, int level) => Alone(comment) with
    {
        Replies = ShownBelow(comment) > 0 && level + 1 < Levels
            ? Page(Below(comment, sort), RepliesPerComment, sort, level + 1)
            : null,
    };

    private int ShownBelow(GeneratedComment comment) => Comments.Count(c => c.IsShown && Above(c).Contains(comment));
}

/// <summary>A comment of a <see cref="GeneratedDiscussion"/>, with the effect of its events.</summary>
internal sealed class GeneratedComment
{
    private static readonly string[] Authors = ["Ann", "Анна", "O'Brien \"Q\" <b>"];

    private static readonly string[] Texts =
    [
        "Well said.",
        "*Emphasis*, `code` and https://example.org/a?b=c&d=e",
        "A \"quoted\" <b>tag</b> & a backslash \\\nand a new line\tand a tab",
        "Согласен 😀",
        "说得好。",
        "A no-break\u00A0space, a separator\u2028and a private character \uE000.",
        $"Long: {new string('x', 3000)}",
    ];

    private bool _isDeleted;

    public required Guid Id { get; init; }
    public required GeneratedComment? Parent { get; init; }
    public required DateTimeOffset PostedAt { get; init; }
    public required string Author { get; set; }
    public required string Text { get; set; }
    public required bool IsShown { get; set; }
    public DateTimeOffset? EditedAt { get; private set; }
    public int Score { get; set; }

    /// <summary>The time in a column of the database, which stores microseconds.</summary>
    public DateTimeOffset Column => new(PostedAt.Ticks - PostedAt.Ticks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>A new comment. Some are posted at the same time as others, some between two microseconds, and some are held.</summary>
    public static GeneratedComment New(Random random, GeneratedComment? parent) => new()
    {
        Id = random.Id(),
        Parent = parent,
        PostedAt = Kit.Some.Noon.AddSeconds(random.Next(10)).AddTicks(random.Next(3) == 0 ? random.Next(10_000_000) : 0),
        Author = Authors[random.Next(Authors.Length)],
        Text = Texts[random.Next(Texts.Length)],
        IsShown = random.Next(6) > 0,
    };

    public CommentPosted Posted(Guid article) =>
        new(article, Parent?.Id, Author, Text, PostedAt, IsShown ? null : "more than 2 links");

    public CommentItem Item() =>
        new(Id, Parent?.Id, Author, Text, PostedAt) { Html = Markup.Of(Text), EditedAt = EditedAt };

    /// <summary>Changes the comment and returns the event; null if the change is not possible.</summary>
    public object? Change(Random random, Guid article)
    {
        if (_isDeleted) return null;
        var (wasShown, at) = (IsShown, PostedAt.AddTicks(random.Next(1_000_000_000)));
        switch (random.Next(8))
        {
            case 0 or 1 when wasShown:
                IsShown = false;
                return new CommentHidden(article, "rude", wasShown);
            case 0 or 1:
                IsShown = true;
                return new CommentApproved(article);
            case 2:
                (IsShown, _isDeleted) = (false, true);
                return new CommentDeleted(article, at, wasShown);
            case 3:
                (IsShown, _isDeleted) = (false, true);
                return new CommentErased(article, at, wasShown);
            case 4:
                return new CommentKept(article, at);
            default:
                var isHeld = random.Next(4) == 0;
                (Text, EditedAt, IsShown) = (Texts[random.Next(Texts.Length)], at, wasShown && !isHeld);
                return new CommentEdited(article, Text, at, isHeld ? "listed word (en)" : null, wasShown);
        }
    }
}

internal static class GeneratedIds
{
    public static Guid Id(this Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
