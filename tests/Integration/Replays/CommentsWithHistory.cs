using System.Net;
using System.Text.Json;
using Comments.Posting;
using Comments.Threads;
using Kit;
using Microsoft.AspNetCore.Hosting;

namespace Integration.Replays;

/// <summary>
/// The comments service with a history: any number of comments in the event store and in the read models, as if they had been posted.
/// </summary>
public sealed class CommentsWithHistory : ServiceFixture<Comment>
{
    public const int Articles = 20;
    private static int _articles;

    protected override void Configure(IWebHostBuilder host)
    {
        host.UseSetting("Visitors:PerHour", "0");
        host.UseSetting("Comments:PerThread", "0");
    }

    /// <summary>Creates an article that accepts comments.</summary>
    public async Task<Guid> Article()
    {
        var article = Some.Id();
        await Decide<ArticleCopy>(global::Comments.Streams.Article(article), copy => ArticleCopy.ApplyVersion(copy, new(1, false)));
        return article;
    }

    /// <summary>Posts a comment through the public endpoint.</summary>
    public async Task<Guid> Post(Guid article, string text = "Well said.")
    {
        using var reader = Client();
        return (await reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text }))
            .Is(HttpStatusCode.Created)
            .As<JsonElement>()
            .GetProperty("id")
            .GetGuid();
    }

    /// <summary>
    /// Inserts comments on twenty new articles directly into the event store and the read models. Every ninth comment is hidden.
    /// </summary>
    public async Task<Guid[]> InsertHistory(int comments)
    {
        var articles = Enumerable.Range(0, Articles)
            .Select(_ => new Guid(Interlocked.Increment(ref _articles), 7, 7, new byte[8]))
            .ToArray();
        foreach (var article in articles)
            await Decide<ArticleCopy>(global::Comments.Streams.Article(article), copy => ArticleCopy.ApplyVersion(copy, new(1, false)));
        await Servers.Query<int>(
            $$"""
            create temp table past as select 'comment-' || gen_random_uuid() as id, (array['{{string.Join(
                "','", articles)}}'])[i % {{Articles}} + 1]::uuid as article, i, '2026-01-01'::timestamptz + i * interval '1 second' as at
              from generate_series(1, {{comments}}) i;
            insert into comments.mt_streams (id, version, timestamp, created)
              select id, case when i % 9 = 0 then 2 else 1 end, at, at from past;
            insert into comments.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type)
              select nextval('comments.mt_events_sequence'), gen_random_uuid(), id, 1,
                jsonb_build_object('articleId', article, 'author', 'Reader ' || i, 'text', 'Number ' || i,
                  'postedAt', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')),
                'comment_posted', at, 'Comments.Posting.CommentPosted, Comments' from past order by i;
            insert into comments.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type)
              select nextval('comments.mt_events_sequence'), gen_random_uuid(), id, 2,
                jsonb_build_object('articleId', article, 'reason', 'rude', 'wasShown', true), 'comment_hidden', at + interval '1 hour',
                'Comments.Posting.CommentHidden, Comments' from past where i % 9 = 0 order by i;
            insert into comments.mt_doc_commentview (id, data, mt_version, article_id, status, posted_at)
              select id,
                jsonb_strip_nulls(jsonb_build_object('id', id, 'articleId', article, 'author', 'Reader ' || i, 'text', 'Number ' || i,
                  'html', '<p>Number ' || i || '</p>', 'postedAt', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
                  'status', case when i % 9 = 0 then 'Hidden' else 'Shown' end, 'reason', case when i % 9 = 0 then 'rude' end)),
                case when i % 9 = 0 then 2 else 1 end, article, case when i % 9 = 0 then 'Hidden' else 'Shown' end, at from past;
            insert into comments.discussion
              select article, count(*) - count(*) filter (where i % 9 = 0), count(*) + count(*) filter (where i % 9 = 0)
              from past group by article;
            insert into comments.thread
              select substr(id, 9)::uuid, article, article, at, i % 9 <> 0, 0, i % 9 <> 0, 0, 0, 0 from past;
            analyze comments.thread; analyze comments.mt_events; analyze comments.mt_streams; analyze comments.mt_doc_commentview;
            """);
        return articles;
    }

    /// <summary>Returns all comments that readers see on an article.</summary>
    public static async Task<List<CommentItem>> ReadComments(HttpClient reader, Guid article) =>
        await reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=100");

    /// <summary>Returns a hash of the contents of a table.</summary>
    public Task<string?> Fingerprint(string table, string columns = "*") =>
        Servers.Query<string>(
            $"select md5(string_agg(md5(t::text), '' order by t::text)) || count(*) from (select {columns} from comments.{table}) t");
}
