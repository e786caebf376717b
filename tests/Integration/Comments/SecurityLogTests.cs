using System.Net;
using Integration.Replays;
using Kit;
using Platform.PublicInput;
using Xunit;

namespace Integration.Comments;

/// <summary>The security log records what staff do to people or read about them, without personal data of those people.</summary>
[Collection<CommentsService>]
public class SecurityLogTests(CommentsService service)
{
    [Fact]
    public async Task Bans_erasures_replays_and_reads_of_raw_data_are_logged_without_personal_data()
    {
        var (article, word) = (await service.Article(), Some.Word("confidential"));
        var address = $"{word}@example.org";
        using var reader = service.Client();
        using var moderator = service.Client("moderator");
        using var admin = service.Client("admin");
        var (hash, key) = (EmailHash.Plain(address), EmailHash.Of(address));
        var comment = new { author = word, text = $"I am {word}.", email = address };
        (await reader.Send($"POST /api/articles/{article}/comments", comment)).Is(HttpStatusCode.Created);

        await Logs("person-banned by moderator", () => moderator.Send($"PUT /api/moderation/bans/{hash}", new { reason = word }));
        await Logs(null, () => moderator.Send($"PUT /api/moderation/bans/{hash}", new { reason = word }));
        await Logs("person-readmitted by moderator", () => moderator.Send($"DELETE /api/moderation/bans/{hash}"));
        await Logs("raw-data-read by moderator: GET /api/people/{emailHash}", () => moderator.Send($"GET /api/people/{hash}"));
        await Logs("person-erased by moderator: 1 comments", () => moderator.Send($"DELETE /api/people/{hash}?reason={word}"));
        await Logs("raw-data-read by admin", () => admin.Send("GET /admin/comments/events?limit=1"));
        await Logs("role-refused by moderator", () => moderator.Send("GET /admin/comments/events?limit=1"));
        await Logs("replay-requested by admin", async () => await admin.Replays("comments", "readModel:ban", "verify"));
        Assert.All(service.SecurityLog.All, entry => Assert.False(
            entry.Contains(word, StringComparison.Ordinal)
                || entry.Contains(hash, StringComparison.Ordinal)
                || entry.Contains(key, StringComparison.Ordinal),
            entry));
    }

    /// <summary>Asserts that an action logs exactly this entry, or none.</summary>
    private async Task Logs<T>(string? entry, Func<Task<T>> action)
    {
        var before = service.SecurityLog.All.Count;
        await action();
        var logged = service.SecurityLog.All.Skip(before).ToArray();
        if (entry is null) Assert.Empty(logged);
        else Assert.Contains(entry, Assert.Single(logged), StringComparison.Ordinal);
    }
}
