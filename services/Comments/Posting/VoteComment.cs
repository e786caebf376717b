using System.ComponentModel.DataAnnotations;
using Marten;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// A visitor voted for a comment (1) or against it (-1), or withdrew the vote (0). <paramref name="Before"/>: the previous vote. Only the
/// name of the stream identifies the visitor, by a hash.
/// </summary>
public sealed record VoteCast(Guid CommentId, int Value, int Before)
{
    internal int Ups => (Value > 0 ? 1 : 0) - (Before > 0 ? 1 : 0);
    internal int Downs => (Value < 0 ? 1 : 0) - (Before < 0 ? 1 : 0);
}

/// <summary>The vote of one visitor on one comment. Each has its own stream, so that a new vote replaces the previous one.</summary>
public sealed record Vote : IState<Vote>
{
    public string Id { get; init; } = "";
    public int Value { get; init; }

    public Vote Evolve(object @event) => @event is VoteCast e ? this with { Value = e.Value } : this;
}

/// <summary>A visitor votes on a visible comment. Each visitor has one vote per comment and may change it.</summary>
public sealed record VoteComment(Guid CommentId, int Value)
{
    public IEnumerable<object> Decide(Vote? vote, CommentView? comment)
    {
        if (comment is not { Status: CommentStatus.Shown }) throw new NotFound("There is no comment with this id.");
        var before = vote?.Value ?? 0;
        if (Value != before) yield return new VoteCast(CommentId, Value, before);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/comments/{id:guid}/vote", async (
            Guid id,
            VoteRequest request,
            HttpContext http,
            VisitorTokens visitors,
            Decider decider,
            IQuerySession session,
            CancellationToken ct) =>
            {
                var comment = await session.LoadAsync<CommentView>(Streams.Comment(id), ct);
                var visitor = await visitors.Of(http, "/api/comments", ct);
                var command = new VoteComment(id, request.Value);
                await decider.Decide<Vote>(Streams.Vote(id, visitor), vote => command.Decide(vote, comment), ct);
                http.Response.TagWithKeys(SurrogateKey.Comments(comment!.ArticleId));
                return TypedResults.NoContent();
            }).AllowAnonymous().RateLimitedPerVisitor();
}

/// <summary><c>value</c>: 1 for the comment, -1 against it, 0 to withdraw the vote.</summary>
public sealed record VoteRequest([property: Range(-1, 1)] int Value);
