using Portal.Reader;

namespace Portal.Console.Moderation;

/// <summary>Reads the queues of held, flagged and hidden comments, and sends the decisions of moderators.</summary>
public sealed class CommentQueue(Desk desk)
{
    private readonly Dictionary<Guid, string> _titles = [];

    /// <summary>The titles of the articles that the comments belong to.</summary>
    public IReadOnlyDictionary<Guid, string> Titles => _titles;

    public async Task<Answer<Listed<QueueRow>>> Page(string queue, string? article, string? words, string? cursor)
    {
        var page = queue == "flagged"
            ? As(await desk.Get<Listed<FlaggedItem>>("/api/moderation/flags"), f => new QueueRow(f.Comment, f.Flags, f.Reasons))
            : As(
                await desk.Get<Listed<ModerationItem>>(
                    Url.With("/api/moderation/comments", ("status", queue), ("article", article), ("q", words), ("cursor", cursor))),
                c => new QueueRow(c, 0, []));
        Guid[] unknown = [.. page.Value?.Items.Select(r => r.Comment.ArticleId).Distinct().Where(a => !_titles.ContainsKey(a)) ?? []];
        foreach (var id in unknown)
            _titles[id] = (await desk.Get<ArticleView>($"/api/articles/{id}?lang={ConsoleLanguage.Current}")).Value?.Title ?? $"{id}";
        return page;
    }

    private static Answer<Listed<QueueRow>> As<T>(Answer<Listed<T>> answer, Func<T, QueueRow> row) =>
        new(answer.Value is { } page ? new([.. page.Items.Select(row)], page.Next) : null, answer.Status, answer.Problem, answer.Keys);

    /// <summary>Applies an action to each comment individually. Returns the reasons for comments that could not be changed.</summary>
    public async Task<(Refused? Refused, IReadOnlyList<string> Outcomes)> Decide(string action, Guid[] ids, string reason)
    {
        if (action == "keep") return (await Keep(ids), []);
        var bulk = await desk.Send<Listed<BulkItem>>(
            HttpMethod.Post, "/api/moderation/comments/bulk", new { action, ids, reason = reason.Length == 0 ? null : reason });
        return (bulk.Refused, [.. bulk.Value?.Items.Where(i => i.Outcome == "refused").Select(i => i.Why ?? "") ?? []]);
    }

    private async Task<Refused?> Keep(Guid[] ids)
    {
        foreach (var id in ids)
            if ((await desk.Send<object>(HttpMethod.Post, $"/api/comments/{id}/keep")).Refused is { } refused) return refused;
        return null;
    }
}
