using Comments.Posting;
using Comments.Threads;
using JasperFx.Events;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Platform.EventSourcing;
using Platform.Postgres;
using Public = Platform.Contracts.Comments;

namespace Comments;

/// <summary>
/// Translates stored events into the public events of this service. A comment that readers cannot see at this time is never published.
/// </summary>
public static class Outgoing
{
    /// <summary>The message which announces, after a restore, that all public events were published again.</summary>
    public static readonly Retold Retold = (epoch, at) => new Public.CommentsRetold(epoch, at);

    /// <summary>Publishes the changed comments, then the current count of each discussion that they changed.</summary>
    public static readonly Translate Translate = async (events, session, ct) =>
    {
        var changes = events.Where(e => DiscussionProjection.Change(e.Data).Change != 0 || e.Data is CommentEdited { WasShown: true })
            .ToArray();
        if (changes.Length == 0) return [];
        var views = (await session.LoadManyAsync<CommentView>(ct, changes.Select(e => e.StreamKey!).Distinct())).ToDictionary(v => v.Id);
        var counts = await LoadCounts([.. views.Values.Select(v => v.ArticleId).Distinct()], session, ct);
        return
        [
            .. changes.SelectMany(e => Outbox.From(e, ToPublic(e, views[e.StreamKey!]))),
            .. changes.Where(e => DiscussionProjection.Change(e.Data).Change != 0)
            .GroupBy(e => views[e.StreamKey!].ArticleId)
            .Select(article => CountChanged(article.Last(), counts[article.Key])),
        ];
    };

    private static object? ToPublic(IEvent e, CommentView view) => (e.Data, view.Status) switch
    {
        (CommentHidden or CommentDeleted or CommentErased or CommentEdited { HeldBecause: not null }, _) =>
            new Public.CommentHidden(e.Id, e.StreamKey!, e.Version, e.Timestamp, Streams.Id(view.Id), view.ArticleId),
        (CommentEdited edited, CommentStatus.Shown) => new Public.CommentEdited(
            e.Id,
            e.StreamKey!,
            e.Version,
            e.Timestamp,
            Streams.Id(view.Id),
            view.ArticleId,
            view.Text,
            view.EditedAt ?? edited.EditedAt),
        (_, CommentStatus.Shown) => new Public.CommentPosted(
            e.Id, e.StreamKey!, e.Version, e.Timestamp, Streams.Id(view.Id), view.ArticleId, view.ParentId, view.Author, view.Text,
            view.PostedAt),
        _ => null,
    };

    private static Outbound CountChanged(IEvent last, Discussion d) => new(last.Id, Streams.Discussion(d.ArticleId),
        new Public.DiscussionChanged(last.Id, Streams.Discussion(d.ArticleId), d.Version, last.Timestamp, d.ArticleId, d.Comments),
        last.CorrelationId);

    private static async Task<Dictionary<Guid, Discussion>> LoadCounts(Guid[] articles, IQuerySession session, CancellationToken ct)
    {
        await using var command =
            new NpgsqlCommand(
                $"select article_id, comments, version from {session.DocumentStore.Options.DatabaseSchemaName}.discussion where "
                + "article_id = any(@ids)");
        command.Parameters.AddWithValue("ids", NpgsqlDbType.Array | NpgsqlDbType.Uuid, articles);
        var counts = await (await session.ExecuteReaderAsync(command, ct)).Rows(
            row => new Discussion(row.GetGuid(0), row.GetInt32(1), row.GetInt64(2)), ct);
        return counts.ToDictionary(c => c.ArticleId);
    }
}
