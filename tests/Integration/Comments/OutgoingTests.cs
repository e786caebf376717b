using System.Net;
using Comments.Posting;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Xunit;
using Public = Platform.Contracts.Comments;

namespace Integration.Comments;

/// <summary>
/// The public event of a new comment is made from the stored event, unless the comment has changed since then: then it is made from the
/// read model.
/// </summary>
[Collection<CommentsService>]
public class OutgoingTests(CommentsService service) : IDisposable
{
    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _moderator = service.Client("moderator");

    [Fact]
    public async Task The_event_of_a_new_comment_equals_the_read_model()
    {
        var article = await service.Article();
        var parent = await Post(article, "Well said.");
        var reply = await Post(article, "*Indeed* \"<b>\" 好", parent.Id);
        await using var session = service.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var messages = await Translate(session, parent.Id, reply.Id);

        Assert.Equal(3, messages.Count);
        foreach (var (id, posted) in new[] { parent.Id, reply.Id }.Zip(messages.Select(m => m.Message).OfType<Public.CommentPosted>()))
        {
            var view = (await session.LoadAsync<CommentView>($"comment-{id}", TestContext.Current.CancellationToken))!;
            var stored = (await session.Events.FetchStreamAsync($"comment-{id}", token: TestContext.Current.CancellationToken)).Single();
            Assert.Equal(
                new Public.CommentPosted(
                    stored.Id, $"comment-{id}", 1, stored.Timestamp, id, article, view.ParentId, view.Author, view.Text, view.PostedAt),
                posted);
        }
        var count = Assert.Single(messages.Select(m => m.Message).OfType<Public.DiscussionChanged>());
        Assert.Equal((article, 2, 2), (count.ArticleId, count.Comments, count.StreamVersion));
    }

    [Fact]
    public async Task A_comment_that_was_hidden_after_it_was_posted_is_not_published()
    {
        var article = await service.Article();
        var (shown, hidden) = (await Post(article, "Well said."), await Post(article, "Rude."));
        (await _moderator.Send($"POST /api/comments/{hidden.Id}/hide", new { reason = "rude" })).Is(HttpStatusCode.NoContent);
        await using var session = service.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var messages = await Translate(session, shown.Id, hidden.Id);

        Assert.Equal(shown.Id, Assert.Single(messages.Select(m => m.Message).OfType<Public.CommentPosted>()).CommentId);
        Assert.Equal(1, Assert.Single(messages.Select(m => m.Message).OfType<Public.DiscussionChanged>()).Comments);
    }

    [Fact]
    public async Task A_comment_that_was_edited_after_it_was_posted_is_published_with_its_present_text()
    {
        var article = await service.Article();
        var posted = await Post(article, "Wel said.");
        using var author = service.Client();
        author.DefaultRequestHeaders.Add(EditToken.Header, posted.EditToken);
        (await author.Send($"PUT /api/comments/{posted.Id}", new { text = "Well said." })).Is(HttpStatusCode.OK);
        await using var session = service.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var message = Assert.Single((await Translate(session, posted.Id)).Select(m => m.Message).OfType<Public.CommentPosted>());
        Assert.Equal("Well said.", message.Text);
    }

    /// <summary>Translates only the first event of each comment, as the relay does if the other events are in a later page.</summary>
    private static async Task<IReadOnlyList<Outbound>> Translate(IQuerySession session, params Guid[] comments)
    {
        var token = TestContext.Current.CancellationToken;
        var streams = await Task.WhenAll(comments.Select(async id =>
        {
            await using var reading = session.DocumentStore.QuerySession();
            return await reading.Events.FetchStreamAsync($"comment-{id}", token: token);
        }));
        return await global::Comments.Outgoing.Translate([.. streams.Select(s => s[0])], session, token);
    }

    private async Task<CommentReceipt> Post(Guid article, string text, Guid? parentId = null) =>
        (await _reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text, parentId }))
        .Is(HttpStatusCode.Created).As<CommentReceipt>();

    public void Dispose()
    {
        _reader.Dispose();
        _moderator.Dispose();
    }
}
