using System.Diagnostics;
using Comments.Posting;
using Kit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;
using Xunit;

namespace Integration.Comments;

/// <summary>
/// New comments are stored with one statement for each table. Comments that are posted with a key are stored by Marten. Both ways must
/// write the same rows.
/// </summary>
[Collection<CommentsService>]
public class NewStreamTests(CommentsService service)
{
    private const string Ids = "(select 'comment-' || unnest(array[{0}]))";

    /// <summary>The rows of each table. Numbers that the database draws, and times, are different for each row.</summary>
    private static readonly Dictionary<string, string> Rows = new()
    {
        ["mt_streams"] =
            $$"""
            select to_jsonb(t) - 'timestamp' - 'created' || jsonb_build_object('times',
              array[t.created = t.timestamp, abs(extract(epoch from t.timestamp - now())) < 60])
            from comments.mt_streams t where id in {{Ids}}
            """,
        ["mt_events"] =
            $$"""
            select to_jsonb(t) - 'id' - 'seq_id' - 'timestamp' || jsonb_build_object('times',
              array[abs(extract(epoch from t.timestamp - now())) < 60, t.id is not null])
            from comments.mt_events t where stream_id in {{Ids}}
            """,
        ["mt_doc_commentview"] = $"select to_jsonb(t) from comments.mt_doc_commentview t where id in {Ids}",
        ["mt_doc_commentcontact"] = $"select to_jsonb(t) from comments.mt_doc_commentcontact t where id in {Ids}",
        ["mt_doc_replyletter"] = $"select to_jsonb(t) from comments.mt_doc_replyletter t where id in {Ids} or parent in {Ids}",
        ["thread"] = "select to_jsonb(t) from comments.thread t where id = any(array[{0}]::uuid[])",
        ["discussion"] = "select to_jsonb(t) from comments.discussion t where article_id = any(array[{0}]::uuid[])",
    };

    [Fact]
    public async Task Both_ways_of_storing_new_comments_write_the_same_rows()
    {
        using var activity = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        var together = await Store(Expected.Fresh);
        var single = await Store(Expected.Any);
        Assert.All(Rows.Keys, table => Assert.Equal(single[table], together[table]));
        Assert.Equal((9, 10, 9, 9, 2), (
            single["mt_streams"].Length,
            single["mt_events"].Length,
            single["mt_doc_commentview"].Length,
            single["thread"].Length,
            single["discussion"].Length));
        Assert.NotEmpty(single["mt_doc_commentcontact"]);
        Assert.NotEmpty(single["mt_doc_replyletter"]);
    }

    [Fact]
    public async Task A_new_stream_whose_key_exists_is_not_stored_again_and_does_not_affect_others()
    {
        var (article, ids) = (Some.Id(), Enumerable.Range(0, 12).Select(_ => Some.Id()).ToArray());
        await Post(ids[0], Expected.Any, [Posted(article)]);
        var decisions = await Task.WhenAll(ids.Concat(ids).Select(id => Post(id, Expected.Fresh, [Posted(article)])));
        Assert.Equal(11, decisions.Count(d => d.Changed));
        Assert.All(decisions, d => Assert.Equal(1, d.Version));
        Assert.Equal(12, await service.Servers.Query<int>($"select comments from comments.discussion where article_id = '{article}'"));
        Assert.Equal(12, await service.Servers.Query<long>($"select count(*) from comments.thread where article_id = '{article}'"));
    }

    [Fact]
    public async Task A_new_stream_that_is_rejected_or_cannot_be_stored_does_not_affect_others()
    {
        var article = Some.Id();
        var decisions = Enumerable.Range(0, 24)
            .Select(i => (i % 8) switch
            {
                0 => Post(Some.Id(), Expected.Fresh, [Posted(article) with { Text = "\0" }]),
                1 => Decide(Some.Id(), Expected.Fresh, _ => throw new Rejected("no"), []),
                _ => Post(Some.Id(), Expected.Fresh, [Posted(article)]),
            })
            .ToArray();
        foreach (var (i, decision) in decisions.Index())
            if (i % 8 == 0) await Assert.ThrowsAnyAsync<Exception>(() => decision);
            else if (i % 8 == 1) Assert.Equal("no", (await Assert.ThrowsAsync<Rejected>(() => decision)).Message);
            else Assert.True((await decision).Changed);
        Assert.Equal(18, await service.Servers.Query<int>($"select comments from comments.discussion where article_id = '{article}'"));
        Assert.Equal(
            18, await service.Servers.Query<long>($"select count(*) from comments.mt_events where data ->> 'articleId' = '{article}'"));
    }

    [Fact]
    public async Task Each_new_stream_keeps_its_own_author_and_trace()
    {
        var article = Some.Id();
        var expected = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () =>
        {
            using var activity = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
            var id = Some.Id();
            await Post(id, Expected.Fresh, [Posted(article)], author: $"author-{i}");
            return $"comment-{id} author-{i} {activity.Id}";
        })));
        var stored = await service.Servers.Query<string[]>(
            "select array_agg(stream_id || ' ' || user_name || ' ' || correlation_id) from comments.mt_events "
            + $"where data ->> 'articleId' = '{article}'");
        Assert.Equal(expected.Order(StringComparer.Ordinal), stored!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task New_streams_on_the_same_articles_through_two_replicas_are_all_counted()
    {
        Guid[] articles = [.. Enumerable.Range(0, 6).Select(_ => Some.Id())];
        var second = await service.Replica();
        try
        {
            IServiceProvider[] replicas = [service.Services, second.Services];
            await Task.WhenAll(Enumerable.Range(0, 240).Select(i => Task.Run(() =>
                Post(Some.Id(), Expected.Fresh, [Posted(articles[i / 2 % 6])], replica: replicas[i % 2]))));
        }
        finally
        {
            await service.Stop(second);
        }
        foreach (var article in articles)
            Assert.Equal(40, await service.Servers.Query<int>($"select comments from comments.discussion where article_id = '{article}'"));
    }

    [Fact]
    public async Task A_replica_that_does_not_lead_notifies_the_relay_of_new_streams()
    {
        var token = TestContext.Current.CancellationToken;
        var second = await service.Replica();
        try
        {
            var follower = service.Replicas.First(r => !r.Services.GetRequiredService<Relay>().Leads);
            await using var connection = new NpgsqlConnection(service.Servers.Database);
            await connection.OpenAsync(token);
            await using (var listen = new NpgsqlCommand($"listen {AppendSignal.ChannelName}", connection))
                await listen.ExecuteNonQueryAsync(token);
            await Post(Some.Id(), Expected.Fresh, [Posted(Some.Id())], replica: follower.Services);
            Assert.True(await connection.WaitAsync(TimeSpan.FromSeconds(30), token));
        }
        finally
        {
            await service.Stop(second);
        }
    }

    /// <summary>Stores the same comments in this way, and returns the rows of each table with numbers in place of the ids.</summary>
    private async Task<Dictionary<string, string[]>> Store(Expected expected)
    {
        Guid[] articles = [Some.Id(), Some.Id()];
        var ids = Enumerable.Range(0, 9).Select(_ => Some.Id()).ToArray();
        var plain = Posted(articles[0]) with { EditHash = "hash" };
        var reply = plain with { ParentId = ids[0], Depth = 1, Text = "\"Ответ\" <b> 回复\n\\" };
        var contact = new CommentContact(Stream(3), "ann@example.org", "hash") { Notify = true, Lang = "en", Unsubscribe = "secret" };
        var confirmation = ReplyLetter.Confirmation(ids[3]) with { Due = false }; // due e-mails would be sent
        await Task.WhenAll(
            Post(ids[0], expected, [plain]),
            Post(ids[1], expected, [plain with { HeldBecause = "more than 2 links" }]),
            Post(ids[2], expected, [plain with { ArticleId = articles[1] }]),
            Post(ids[3], expected, [plain], [contact, confirmation]),
            Post(ids[4], expected, [plain, new CommentHidden(articles[0], "rude", WasShown: true)]));
        await Task.WhenAll(
            Post(ids[5], expected, [reply], [new ReplyLetter(Stream(5), Stream(3), ids[5], Due: false)]),
            Post(ids[6], expected, [reply]),
            Post(ids[7], expected, [reply with { HeldBecause = "listed word (en)" }]));
        await Post(ids[8], expected, [reply with { ParentId = ids[5], Depth = 2 }]);

        var labels = ids.Select((id, i) => (Id: id, Label: $"comment {i}"))
            .Concat(articles.Select((id, i) => (Id: id, Label: $"article {i}")))
            .Append((Id: confirmation.Letter, Label: "confirmation"))
            .ToArray();
        var rows = new Dictionary<string, string[]>();
        foreach (var (table, sql) in Rows)
        {
            var of = string.Join(", ", (table == "discussion" ? articles : ids).Select(id => $"'{id}'"));
            var query = sql.Replace("{0}", of, StringComparison.Ordinal);
            var found = await service.Servers.Query<string[]>($"select array_agg(r::text) from ({query}) q(r)") ?? [];
            rows[table] =
            [
                .. found.Select(row => labels.Aggregate(row, (r, l) => r.Replace($"{l.Id}", l.Label, StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal),
            ];
        }
        return rows;

        string Stream(int i) => global::Comments.Streams.Comment(ids[i]);
    }

    private static CommentPosted Posted(Guid article) => new(article, null, "Ann", "Well said.", Some.Noon, null);

    private Task<Decision<Comment>> Post(
        Guid id,
        Expected expected,
        object[] events,
        IReadOnlyList<Stored>? documents = null,
        string author = "reader",
        IServiceProvider? replica = null) =>
        Decide(id, expected, comment => comment is null ? events : [], documents ?? [], author, replica);

    private async Task<Decision<Comment>> Decide(
        Guid id,
        Expected expected,
        Func<Comment?, IEnumerable<object>> decide,
        IReadOnlyList<Stored> documents,
        string author = "reader",
        IServiceProvider? replica = null)
    {
        await using var scope = (replica ?? service.Services).CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().Name = author;
        return await scope.ServiceProvider.GetRequiredService<Decider>().Decide(
            global::Comments.Streams.Comment(id), expected, decide, documents, TestContext.Current.CancellationToken);
    }
}
