using System.Net;
using Comments.People;
using Comments.Posting;
using Kit;
using Microsoft.Extensions.DependencyInjection;
using Platform.PublicInput;
using Xunit;

namespace Integration.Comments;

/// <summary>The hashes that identify people in the store, and the record of an erasure.</summary>
[Collection<CommentsService>]
public class PersonNameTests(CommentsService service)
{
    private readonly HttpClient _reader = service.Client(), _moderator = service.Client("moderator");

    [Fact]
    public async Task An_erasure_records_the_moderator_and_the_reason()
    {
        var (article, address) = (await service.Article(), $"{Some.Word("gone")}@example.org");
        var id = await Post(article, address, HttpStatusCode.Created);
        var erase = $"DELETE /api/people/{EmailHash.Plain(address)}?reason=";
        (await _moderator.Send(erase + new string('a', ErasureReason.Longest + 1))).IsProblem(400, "reason");
        Assert.Contains(
            "\"comments\":1",
            (await _moderator.Send($"{erase}asked%20by%20letter")).Is(HttpStatusCode.OK).Body,
            StringComparison.Ordinal);
        var recorded = await service.Servers.Query<string>(
            "select user_name || ': ' || (data ->> 'reason') from comments.mt_events "
            + $"where stream_id = 'comment-{id}' and type = 'comment_erased'");
        Assert.Equal("moderator: asked by letter", recorded);
    }

    [Fact]
    public async Task Data_stored_by_an_earlier_version_under_a_plain_hash_is_found_under_the_keyed_hash()
    {
        var (article, address) = (await service.Article(), $"{Some.Word("plain")}@example.org");
        var plain = EmailHash.Plain(address);
        var id = await Post(article, address, HttpStatusCode.Created);
        var contact = $"from comments.mt_doc_commentcontact where id = 'comment-{id}'";
        Assert.Equal(EmailHash.Of(address), await service.Servers.Query<string>($"select data ->> 'emailHash' {contact}"));
        await service.Servers.Query<int>(
            $"update comments.mt_doc_commentcontact set email_hash = '{plain}', "
            + $"data = data || jsonb_build_object('emailHash', '{plain}') where id = 'comment-{id}'");
        await service.Decide<Ban>($"ban-{plain}", ban => ban is null ? [new PersonBanned("spam", Some.Noon)] : []);

        await Upgrade();
        Assert.Equal(
            $"{EmailHash.Of(address)} {EmailHash.Of(address)}",
            await service.Servers.Query<string>($"select email_hash || ' ' || (data ->> 'emailHash') {contact}"));
        await Post(article, address, HttpStatusCode.Forbidden);
        var bans = (await _moderator.Send("GET /api/moderation/bans")).Is(HttpStatusCode.OK).Body;
        Assert.Contains(EmailHash.Of(address), bans, StringComparison.Ordinal);
        Assert.DoesNotContain(plain, bans, StringComparison.Ordinal);

        (await _moderator.Send($"DELETE /api/moderation/bans/{plain}")).Is(HttpStatusCode.NoContent);
        await Upgrade();
        await Post(article, address, HttpStatusCode.Created);
        Assert.Contains(
            "\"comments\":2",
            (await _moderator.Send($"DELETE /api/people/{plain}")).Is(HttpStatusCode.OK).Body,
            StringComparison.Ordinal);
    }

    private Task Upgrade() => service.Services.GetRequiredService<PersonNames>().StartAsync(TestContext.Current.CancellationToken);

    private async Task<Guid> Post(Guid article, string email, HttpStatusCode status)
    {
        var answer = (await _reader.Send(
            $"POST /api/articles/{article}/comments", new { author = "Ann", text = "Well said.", email })).Is(status);
        return status == HttpStatusCode.Created ? answer.As<CommentReceipt>().Id : default;
    }
}
