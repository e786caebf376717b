using System.Net;
using Integration.Articles;
using Integration.Replays;
using Kit;
using Platform.Replays;
using Platform.Replays.Admin;
using Xunit;

namespace Integration.Platform;

/// <summary>Replicas of two versions run side by side, and the older one preserves the data and the schema of the newer one.</summary>
public class UpgradeTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private static readonly object Names = new { en = "News", ru = "Новости", zh = "新闻" };
    private HttpClient Admin => field ??= desk.Client("admin");

    [Fact]
    public async Task An_older_replica_keeps_the_properties_that_a_newer_one_stored()
    {
        await desk.Servers.Query<int>(
            """update articles.mt_doc_section set data = data || '{"colour": {"name": "red"}}' where id = 'section-news'""");
        (await desk.Editor.Send("PUT /api/sections/news", new { order = 7, names = Names }, ifMatch: "*")).Is(HttpStatusCode.NoContent);
        Assert.Equal("7 red", await desk.Servers.Query<string>(
            "select data ->> 'order' || ' ' || (data -> 'colour' ->> 'name') from articles.mt_doc_section where id = 'section-news'"));
        Assert.DoesNotContain("colour", await desk.Text("/api/sections"), StringComparison.Ordinal);
        await desk.Servers.Query<int>("update articles.mt_doc_section set data = data - 'colour'");
    }

    [Fact]
    public async Task The_type_names_that_are_stored_with_events_do_not_depend_on_folders()
    {
        (await desk.Editor.Send("PUT /api/sections/news", new { order = 9, names = Names }, ifMatch: "*")).Is(HttpStatusCode.NoContent);
        Assert.Equal("Articles.SectionDefined, Articles", await desk.Servers.Query<string>(
            "select distinct mt_dotnet_type from articles.mt_events where type = 'section_defined'"));
        Assert.Equal(0, await desk.Servers.Query<long>(
            """
            select count(*) from articles.mt_events
            where mt_dotnet_type !~ '^Articles\.[A-Za-z]+, Articles$' and mt_dotnet_type !~ '^Platform\.'
            """));
    }

    [Fact]
    public async Task Columns_and_indexes_of_a_newer_version_survive_until_an_admin_drops_them()
    {
        await desk.Servers.Query<int>(
            """
            alter table articles.mt_doc_section add column colour text; create index of_a_newer_version on articles.mt_doc_section (colour);
            insert into articles.schema_versions (hash, version) values ('of a newer version', '2.0.0')
            """);
        await StartAndStopReplica();
        Assert.Equal(2, await CountNewerObjects());

        // The same holds if the newer version never ran here, for example after a restore or a manual change.
        await desk.Servers.Query<int>("delete from articles.schema_versions where version = '2.0.0'");
        await StartAndStopReplica();
        Assert.Equal(2, await CountNewerObjects());
        (await desk.Editor.Send("PUT /api/sections/news", new { order = 8, names = Names }, ifMatch: "*")).Is(HttpStatusCode.NoContent);

        var verified = await Admin.Replays("articles", "schema", "verify");
        Assert.Equal((ReplayStatus.Completed, 2L), (verified.State, verified.Comparison!.Extra));
        Assert.Contains(verified.Comparison.Samples, s => s.Id.Contains("drop column colour", StringComparison.Ordinal));
        Assert.Equal(2, await CountNewerObjects());
        Assert.Equal(ReplayStatus.Completed, (await Admin.Replays("articles", "schema")).State);
        Assert.Equal(0, await CountNewerObjects());
    }

    [Fact]
    public async Task Replays_are_rejected_while_versions_differ_and_the_error_names_the_replicas()
    {
        await Eventually.IsTrue(async () => (await Versions()).Differences is null, "all versions are equal");
        await Announce("articles-9", "2.0.0", TimeSpan.FromHours(1));
        try
        {
            var versions = await Versions();
            Assert.Contains("articles-9 (2.0.0, schema 2)", versions.Differences, StringComparison.Ordinal);
            var own = versions.Replicas.Single(r => r.Name != "articles-9");
            Assert.StartsWith("1.", own.Version, StringComparison.Ordinal);
            foreach (var target in new[] { "readModel:article-list", "bus", "schema" })
            {
                var refused = await Admin.Send("POST /admin/articles/replays", new { target, mode = "apply", reason = "a test" });
                Assert.Contains("articles-9 (2.0.0, schema 2)", refused.Is(HttpStatusCode.Conflict).Body, StringComparison.Ordinal);
            }
            Assert.Equal(ReplayStatus.Completed, (await Admin.Replays("articles", "readModel:article-list", "verify")).State);
            using var operators = Newsroom.Operator(desk.Services);
            var health = await operators.GetStringAsync("/health/ready", TestContext.Current.CancellationToken);
            Assert.Contains("\"differ\":true", health, StringComparison.Ordinal);
            Assert.StartsWith("{\"status\":\"Healthy\"", health, StringComparison.Ordinal);
        }
        finally
        {
            await Announce("articles-9", "2.0.0", TimeSpan.FromSeconds(-11));
        }
        // The announcement has expired, and there is no session.
        Assert.Null((await Versions()).Differences);
        Assert.Equal(ReplayStatus.Completed, (await Admin.Replays("articles", "readModel:article-list")).State);
    }

    [Fact]
    public async Task A_replica_of_an_earlier_release_is_recognised_by_its_session()
    {
        await using (var earlier = new Npgsql.NpgsqlConnection($"{desk.Servers.Database};Application Name=articles-8;Pooling=false"))
        {
            await earlier.OpenAsync(TestContext.Current.CancellationToken);
            Assert.Contains("articles-8 (an earlier release)", (await Versions()).Differences, StringComparison.Ordinal);
        }
        await Eventually.IsTrue(async () => (await Versions()).Differences is null, "its session has ended");

        // A replica with the same name announced this version a minute ago.
        await Announce("articles-8", "1.0.0", TimeSpan.FromMinutes(-1));
        await using var again = new Npgsql.NpgsqlConnection($"{desk.Servers.Database};Application Name=articles-8;Pooling=false");
        await again.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Contains("articles-8 (an earlier release)", (await Versions()).Differences, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_stops_is_never_mistaken_for_an_earlier_release()
    {
        var replica = await desk.Replica();
        await Eventually.IsTrue(async () => await Versions() is { Replicas.Count: 2, Differences: null }, "both replicas are running");
        var stopping = desk.Stop(replica);
        while (!stopping.IsCompleted) Assert.Null((await Versions()).Differences);
        await stopping;
        await Eventually.IsTrue(async () => (await Versions()).Replicas.Count == 1, "the replica is no longer listed");
    }

    [Fact]
    public async Task A_read_model_written_by_other_code_is_reported_and_rebuilt_when_all_versions_are_equal()
    {
        var article = await desk.Published();
        await Announce("articles-9", "2.0.0", TimeSpan.FromHours(1));
        await desk.Servers.Query<int>(
            $$"""
            update articles.mt_doc_articlesummary set data = jsonb_set(data, '{section}', '"of other code"')
            where id = 'article-{{article}}';
            update articles.read_model_versions set built_by = '2' where name = 'article-list'
            """);
        await StartAndStopReplica(); // From now on this replica writes rows with its own code.
        var outdated = Assert.Single((await Versions()).OutdatedReadModels);
        Assert.Equal(new OutdatedReadModel("article-list", "2, 1", 1), outdated);
        var consumers = (await Admin.Send("GET /admin/articles/consumers")).Is(HttpStatusCode.OK).Body;
        Assert.Contains("\"outdated\"", consumers, StringComparison.Ordinal);
        Assert.Equal("of other code", await Section());

        await Announce("articles-9", "2.0.0", TimeSpan.FromSeconds(-11));
        await Eventually.IsTrue(async () => (await Versions()).OutdatedReadModels.Count == 0, "the read model is rebuilt");
        Assert.Equal("news", await Section());
        Assert.Equal("platform", await desk.Servers.Query<string>(
            """
            select data ->> 'by' from articles.mt_doc_replay where data ->> 'target' = 'readModel:article-list'
            order by requested_at desc limit 1
            """));

        Task<string?> Section() => desk.Servers.Query<string>(
            $"select data ->> 'section' from articles.mt_doc_articlesummary where id = 'article-{article}'");
    }

    private async Task StartAndStopReplica()
    {
        var replica = await desk.Replica();
        await desk.Stop(replica);
    }

    private Task<ReplicaVersions> Versions() => Admin.Get<ReplicaVersions>("/admin/articles/replicas");

    private Task<int> Announce(string name, string version, TimeSpan ahead) => desk.Servers.Query<int>(
        $"""
        insert into articles.replicas (name, version, schema, read_models, seen)
        values ('{name}', '{version}', '2', '', now() + interval '{(int)ahead.TotalSeconds} seconds')
        on conflict (name) do update set seen = excluded.seen
        """);

    private Task<long> CountNewerObjects() => desk.Servers.Query<long>(
        """
        select (select count(*) from information_schema.columns where table_schema = 'articles' and column_name = 'colour')
          + (select count(*) from pg_indexes where schemaname = 'articles' and indexname = 'of_a_newer_version')
        """);
}
