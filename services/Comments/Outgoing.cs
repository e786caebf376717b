using Comments.Posting;
using Comments.Threads;
using JasperFx.Events;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Platform.EventSourcing;
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
        var (counts, revised) = await LoadCurrent(changes, session, ct);
        var bySufficiency = changes.ToLookup(e => IsSufficient(e, revised));
        var views = bySufficiency[true].Select(e => ViewOf(e.StreamKey!, (CommentPosted)e.Data)).ToDictionary(v => v.Id);
        if (bySufficiency[false].Any())
            foreach (var view in await session.LoadManyAsync<CommentView>(ct, bySufficiency[false].Select(e => e.StreamKey!).Distinct()))
                views.Add(view.Id, view);
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

    /// <summary>
    /// Whether a stored event contains everything that the public event needs: it posted a visible comment, and nothing happened to the
    /// comment since then. An event whose text was erased is not sufficient: the erasure is not complete until it has changed the view.
    /// </summary>
    private static bool IsSufficient(IEvent e, HashSet<string> revised) =>
        e is { Version: 1, Data: CommentPosted { HeldBecause: null, Text: not "" } } && !revised.Contains(e.StreamKey!);

    /// <summary>The view of a new, visible comment, as far as it is published.</summary>
    private static CommentView ViewOf(string stream, CommentPosted posted) => new()
    {
        Id = stream,
        ArticleId = posted.ArticleId,
        ParentId = posted.ParentId,
        Author = posted.Author,
        Text = posted.Text,
        PostedAt = posted.PostedAt,
        Status = CommentStatus.Shown,
    };

    /// <summary>Loads the counts of the discussions that changed, and the streams of comments that have further events.</summary>
    private static async Task<(Dictionary<Guid, Discussion> Counts, HashSet<string> Revised)> LoadCurrent(
        IReadOnlyList<IEvent> changes, IQuerySession session, CancellationToken ct)
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        await using var command = new NpgsqlCommand(
            $"""
            select article_id, comments, version, null from {schema}.discussion where article_id = any(@articles)
            union all select null, null, null, id from {schema}.mt_streams where id = any(@streams) and version > 1
            """);
        Guid[] articles =
        [
            .. changes.Select(e => DiscussionProjection.Change(e.Data)).Where(c => c.Change != 0).Select(c => c.ArticleId).Distinct(),
        ];
        string[] streams = [.. changes.Where(e => e.Data is CommentPosted).Select(e => e.StreamKey!)];
        command.Parameters.AddWithValue("articles", NpgsqlDbType.Array | NpgsqlDbType.Uuid, articles);
        command.Parameters.AddWithValue("streams", NpgsqlDbType.Array | NpgsqlDbType.Varchar, streams);
        var (counts, revised) = (new Dictionary<Guid, Discussion>(), new HashSet<string>());
        await using var reader = await session.ExecuteReaderAsync(command, ct);
        while (await reader.ReadAsync(ct))
            if (reader.IsDBNull(3)) counts.Add(reader.GetGuid(0), new(reader.GetGuid(0), reader.GetInt32(1), reader.GetInt64(2)));
            else revised.Add(reader.GetString(3));
        return (counts, revised);
    }
}
