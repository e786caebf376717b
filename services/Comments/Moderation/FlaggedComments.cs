using Comments.Posting;
using Marten;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>Lists the visible comments that readers flagged, for moderators.</summary>
public static class FlaggedComments
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
            "/api/moderation/flags",
            async (IQuerySession session, CancellationToken ct) => new { items = await LoadFlagged(session, ct) })
            .Requires(Roles.Moderator);

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

/// <summary>A flagged comment, with the number of its flags and their reasons.</summary>
public sealed record FlaggedItem(ModerationItem Comment, int Flags, IReadOnlyList<FlagReason> Reasons);
