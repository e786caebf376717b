using Comments.Posting;
using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Postgres;
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

    public static void Map(IEndpointRouteBuilder app)
    {
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
        app.MapGet(
            "/api/moderation/flags",
            async (IQuerySession session, CancellationToken ct) => new { items = await LoadFlagged(session, ct) })
            .Requires(Roles.Moderator);
    }

    /// <summary>
    /// The visible comments with flags that are newer than the last review by a moderator: at most 100, most flagged first.
    /// </summary>
    private static async Task<IReadOnlyList<FlaggedItem>> LoadFlagged(IQuerySession session, CancellationToken ct)
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        await using var command = new NpgsqlCommand(
            $"""
            select v.data, count(*)::int, array_agg(distinct f.data ->> 'reason' order by f.data ->> 'reason')
            from {schema}.mt_doc_flag f join {schema}.mt_doc_commentview v on v.id = 'comment-' || f.comment_id
            where v.status = 'Shown'
              and (v.data ->> 'lookedAt' is null or (f.data ->> 'flaggedAt')::timestamptz > (v.data ->> 'lookedAt')::timestamptz)
            group by v.id, v.data order by 2 desc, v.id limit 100
            """);
        return await (await session.ExecuteReaderAsync(command, ct)).Rows(
            row => new FlaggedItem(
                ModerationItem.Of(session.DocumentStore.Options.Serializer().FromJson<CommentView>(row, 0), null),
                row.GetInt32(1),
                [.. row.GetFieldValue<string[]>(2).Select(Enum.Parse<FlagReason>)]),
            ct);
    }
}

/// <summary>A moderator reviewed a flagged comment and keeps it visible.</summary>
public sealed record KeepComment(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Posted is not { } posted) throw new NotFound("There is no comment with this id.");
        if (comment.Status != CommentStatus.Shown)
            throw new Rejected("The comment is not visible to readers. Approve or restore it instead.");
        yield return new CommentKept(posted.ArticleId, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
            "/api/comments/{id:guid}/keep",
            async (
                Guid id,
                HttpContext http,
                TimeProvider clock,
                Decider decider,
                CancellationToken ct) =>
                (await decider.Decide<Comment>(Streams.Comment(id), new KeepComment(clock.Now()).Decide, ct))
                    .Written(http, $"/api/comments/{id}")).Requires(Roles.Moderator);
}

/// <summary><c>reason</c>: spam, abuse, offTopic or other.</summary>
public sealed record FlagRequest(FlagReason Reason);

/// <summary>A flagged comment, with the number of its flags and their reasons.</summary>
public sealed record FlaggedItem(ModerationItem Comment, int Flags, IReadOnlyList<FlagReason> Reasons);
