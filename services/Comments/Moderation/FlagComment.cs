using Comments.Posting;
using Marten;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>Why a reader flagged a comment.</summary>
public enum FlagReason { Spam, Abuse, OffTopic, Other }

/// <summary>A reader flagged a comment for moderators. Only the name of the stream identifies the reader, by a hash.</summary>
public sealed record CommentFlagged(Guid CommentId, FlagReason Reason, DateTimeOffset FlaggedAt);

/// <summary>The flag of one visitor on one comment.</summary>
public sealed record Flag : Stored, IState<Flag>
{
    public string Id { get; init; } = "";
    public Guid CommentId { get; init; }
    public FlagReason Reason { get; init; }
    public DateTimeOffset FlaggedAt { get; init; }

    public Flag Evolve(object @event) =>
        @event is CommentFlagged e ? this with { CommentId = e.CommentId, Reason = e.Reason, FlaggedAt = e.FlaggedAt } : this;

    public static void Configure(StoreOptions store) => store.Schema.For<Flag>().Duplicate(f => f.CommentId, notNull: true);
}

/// <summary>A visitor flags a visible comment for moderators; only the first flag of each visitor counts.</summary>
public sealed record FlagComment(Guid CommentId, FlagReason Reason, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Flag? flag, CommentView? comment)
    {
        if (comment is not { Status: CommentStatus.Shown }) throw new NotFound("There is no comment with this id.");
        if (flag is null) yield return new CommentFlagged(CommentId, Reason, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/comments/{id:guid}/flag", async (
            Guid id,
            FlagRequest request,
            HttpContext http,
            TimeProvider clock,
            VisitorTokens visitors,
            Decider decider,
            IQuerySession session,
            CancellationToken ct) =>
            {
                var comment = await session.LoadAsync<CommentView>(Streams.Comment(id), ct);
                var visitor = await visitors.Of(http, "/api/comments", ct);
                var command = new FlagComment(id, request.Reason, clock.Now());
                await decider.Decide<Flag>(Streams.Flag(id, visitor), flag => command.Decide(flag, comment), ct);
                return TypedResults.NoContent();
            }).AllowAnonymous().RateLimitedPerVisitor();
}

/// <summary><c>reason</c>: spam, abuse, offTopic or other.</summary>
public sealed record FlagRequest(FlagReason Reason);
