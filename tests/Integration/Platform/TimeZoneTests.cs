using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Articles.Publishing;
using Integration.Articles;
using Integration.Replays;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Npgsql;
using Platform.Replays;
using Xunit;

namespace Integration.Platform;

/// <summary>The articles service on a database whose sessions run in Asia/Shanghai unless they say otherwise.</summary>
public sealed class ArticlesInShanghai : ServiceFixture<Article>
{
    protected override void Configure(IWebHostBuilder host)
    {
        using var connection = new NpgsqlConnection(Servers.Database);
        connection.Open();
        using var command = new NpgsqlCommand($"alter database {Servers.Name} set timezone to 'Asia/Shanghai'", connection);
        command.ExecuteNonQuery();
    }
}

/// <summary>Times are correct in any time zone of PostgreSQL, and wrong times of an earlier version can be corrected.</summary>
public partial class TimeZoneTests(ArticlesInShanghai service) : IClassFixture<ArticlesInShanghai>
{
    [Fact]
    public async Task Events_are_stored_with_the_correct_time()
    {
        using var editor = service.Client("editor");
        using var @operator = service.Client("operator");
        using var reader = service.Client();
        var id = await Published(editor);
        await IsNow(@operator, "/admin/articles/events?limit=100");
        await IsNow(editor, $"/api/articles/{id}/history");
        await IsNow(editor, "/api/articles?state=all");
        await IsNow(reader, $"/api/articles/{id}");
        await IsNow(reader, "/api/articles");
        await IsNow(reader, "/feeds/en/atom.xml");
    }

    [Fact]
    public async Task Wrong_times_of_an_earlier_version_are_reported_and_corrected()
    {
        using var editor = service.Client("editor");
        using var admin = service.Client("admin");
        await Published(editor);
        var draft = await Drafted(editor);
        // Events after this one have correct times, as after an upgrade.
        var last = await service.Servers.Query<long>("select max(seq_id) from articles.mt_events");
        (await editor.Send($"POST /api/articles/{draft}/publish", ifMatch: "*")).Is(HttpStatusCode.NoContent);
        await Published(editor);
        var (wrong, times) = (await Count(last), await Times(last));
        await service.Servers.Query<object>(
            $"update articles.mt_events set timestamp = timestamp - interval '8 hours' where seq_id <= {last}");

        var replica = await service.Replica();
        using (var operators = ArticlesInShanghai.Operator(replica.Services))
        {
            var check = (await operators.Get<JsonElement>("/health/ready")).GetProperty("checks").GetProperty("event-times");
            Assert.Equal("Healthy", check.GetProperty("status").GetString());
            Assert.Contains("timestamp 08:00 too early", check.GetProperty("description").GetString(), StringComparison.Ordinal);
        }
        await service.Stop(replica);

        var verified = await admin.Replays("articles", EventTimes.Target, "verify");
        Assert.Equal((ReplayStatus.Completed, wrong, null), (verified.State, verified.Comparison?.Differ, verified.Error));
        Assert.NotEqual(times, await Times(last));
        var applied = await admin.Replays("articles", EventTimes.Target);
        Assert.Equal((ReplayStatus.Completed, wrong, null), (applied.State, applied.Comparison?.Differ, applied.Error));
        var range = Assert.Single(applied.Comparison!.Samples);
        Assert.Equal("timestamp 08:00 too early", Assert.Single(range.Fields));
        Assert.EndsWith($"-{last}", range.Id, StringComparison.Ordinal);
        Assert.Equal(times, await Times(last));
        Assert.Equal(0, (await admin.Replays("articles", EventTimes.Target, "verify")).Comparison?.Differ);
    }

    [Fact]
    public async Task A_request_to_correct_times_with_a_scope_is_rejected()
    {
        using var admin = service.Client("admin");
        object[] scoped =
        [
            new { target = EventTimes.Target, reason = "a test", scope = new { fromSequence = 5 } },
            new { target = EventTimes.Target, reason = "a test", eventsPerSecond = 5 },
        ];
        (await admin.Send("POST /admin/articles/replays", scoped[0])).IsProblem(400, "scope");
        (await admin.Send("POST /admin/articles/replays", scoped[1])).IsProblem(400, "eventsPerSecond");
    }

    private static async Task<Guid> Drafted(HttpClient editor)
    {
        await editor.Send("PUT /api/sections/news", new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } });
        var id = Some.Id();
        (await editor.Send($"PUT /api/articles/{id}", Newsroom.Body(Newsroom.English()))).Is(HttpStatusCode.Created);
        return id;
    }

    private static async Task<Guid> Published(HttpClient editor)
    {
        var id = await Drafted(editor);
        (await editor.Send($"POST /api/articles/{id}/publish", ifMatch: "*")).Is(HttpStatusCode.NoContent);
        return id;
    }

    private Task<string?> Times(long last) => service.Servers.Query<string>(
        $"""
        select string_agg(seq_id || ' ' || (timestamp at time zone 'utc'), ', ' order by seq_id)
        from articles.mt_events where seq_id <= {last}
        """);

    private Task<long> Count(long last) => service.Servers.Query<long>($"select count(*) from articles.mt_events where seq_id <= {last}");

    private static async Task IsNow(HttpClient client, string address)
    {
        var text = (await client.Send($"GET {address}")).Is(HttpStatusCode.OK).Body;
        var instants = Instant().Matches(text).Select(m => DateTimeOffset.Parse(m.Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.NotEmpty(instants);
        var now = TimeProvider.System.GetUtcNow();
        Assert.All(instants, at => Assert.InRange(at, now.AddMinutes(-30), now.AddMinutes(1)));
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Instant();
}
