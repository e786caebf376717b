using System.Diagnostics;
using Articles.Publishing;
using Articles.Reading;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Web;
using Xunit;

namespace Integration.Platform;

[Collection<ArticlesService>]
public class DeciderTests(ArticlesService service)
{
    [Fact]
    public async Task Concurrent_commands_that_start_the_same_stream_all_succeed_and_only_one_starts_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var stream = $"section-begun-{round}";
            var decisions = await Task.WhenAll(
                Enumerable.Range(0, 24).Select(
                    _ => Task.Run(() => service.Decide<Section>(stream, section => section is null ? [Defined(1)] : []))));
            Assert.Single(decisions, d => d.Changed);
            Assert.All(decisions, d => Assert.Equal(1, d.Version));
        }
    }

    [Fact]
    public async Task Concurrent_changes_of_the_same_stream_all_take_effect()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(
                _ => Task.Run(() => service.Decide<Section>("section-changed", section => [Defined((section?.Order ?? 0) + 1)]))));
        Assert.Equal(8, await service.Servers.Query<long>("select version from articles.mt_streams where id = 'section-changed'"));
        Assert.Equal(
            8,
            await service.Servers.Query<int>("select (data ->> 'order')::int from articles.mt_doc_section where id = 'section-changed'"));
    }

    [Fact]
    public async Task Callers_never_see_a_race_between_two_replicas_for_one_stream()
    {
        var other = await service.Replica();
        try
        {
            IServiceProvider[] replicas = [service.Services, other.Services];
            await Task.WhenAll(Enumerable.Range(0, 2).SelectMany(replica => Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
            {
                await using var scope = replicas[replica].CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<Decider>().Decide<Section>(
                    "section-hot", section => [Defined((section?.Order ?? 0) + 1)], TestContext.Current.CancellationToken);
            }))));
        }
        finally
        {
            await service.Stop(other);
        }
        Assert.Equal(
            400,
            await service.Servers.Query<int>("select (data ->> 'order')::int from articles.mt_doc_section where id = 'section-hot'"));
    }

    [Theory]
    [InlineData("grouped")]
    [InlineData("fresh")]
    [InlineData("together")]
    [InlineData("bulk")]
    public async Task A_decision_contains_the_state_that_was_stored(string way)
    {
        var token = TestContext.Current.CancellationToken;
        await using var scope = service.Services.CreateAsyncScope();
        var decider = scope.ServiceProvider.GetRequiredService<Decider>();
        var stream = $"discussion-{Some.Id()}";
        IEnumerable<object> Count(ArticleDiscussion? discussion) => discussion is null ? [new DiscussionCounted(3, 1)] : [];
        Task<Decision<ArticleDiscussion>> Decide() => way switch
        {
            "fresh" => decider.Decide<ArticleDiscussion>(stream, Expected.Fresh, Count, token),
            "together" => decider.Decide<ArticleDiscussion>(stream, Expected.Any, Count, (_, _, _, _) => Task.CompletedTask, token),
            "bulk" => InBulk(),
            _ => decider.Decide<ArticleDiscussion>(stream, Count, token),
        };
        async Task<Decision<ArticleDiscussion>> InBulk() => (await scope.ServiceProvider.GetRequiredService<BulkDecider>()
            .Decide(new Dictionary<string, Func<ArticleDiscussion?, IEnumerable<object>>> { [stream] = Count }, token))[stream];

        var (counted, unchanged) = (await Decide(), await Decide());
        await using var session = service.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var stored = await session.LoadAsync<ArticleDiscussion>(stream, token);
        Assert.Equal(new Decision<ArticleDiscussion>(stored, 1, true), counted);
        Assert.Equal(new Decision<ArticleDiscussion>(stored, 1, false), unchanged);
        Assert.Equal((stream, 3), (stored!.Id, stored.Comments));
    }

    [Fact]
    public async Task A_writer_waits_for_the_lock_of_a_stream_before_it_inserts_events()
    {
        await service.Decide<Section>("section-locked", _ => [Defined(1)]);
        await using var scope = service.Services.CreateAsyncScope();
        await using var holder = scope.ServiceProvider.GetRequiredService<IDocumentStore>().LightweightSession();
        var held = await holder.Events.FetchForExclusiveWriting<Section>("section-locked", TestContext.Current.CancellationToken);
        held.AppendOne(Defined(2));

        var waiting = service.Decide<Section>("section-locked", section => [Defined(section!.Order + 1)]);
        await Eventually.IsTrue(
            async () => await service.Servers.Query<bool>(
                "select exists (select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%mt_streams%for update%')"),
            "the writer waits for the lock of the stream's row");
        await holder.SaveChangesAsync(TestContext.Current.CancellationToken);

        var decision = await waiting;
        Assert.Equal((3, 3, true), (decision.State!.Order, decision.Version, decision.Changed));
        Assert.Equal(
            3,
            await service.Servers.Query<int>("select (data ->> 'order')::int from articles.mt_doc_section where id = 'section-locked'"));
    }

    [Fact]
    public async Task Callers_never_see_a_race_for_streams_that_are_decided_together()
    {
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            await using var scope = service.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Decider>().Decide<Section>(
                $"section-beside-{i}",
                Expected.Any,
                _ => [Defined(i)],
                (session, _, _, ct) => session.AlsoDecide<Section>("section-shared", section => [Defined((section?.Order ?? 0) + 1)], ct),
                TestContext.Current.CancellationToken);
        })));
        Assert.Equal(
            60,
            await service.Servers.Query<int>("select (data ->> 'order')::int from articles.mt_doc_section where id = 'section-shared'"));
    }

    [Fact]
    public async Task A_command_that_loses_every_race_fails_with_contention()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scope = service.Services.CreateAsyncScope();
        var decider = scope.ServiceProvider.GetRequiredService<Decider>();
        var lost = 0;
        // Each attempt loses a race: another command starts a second stream of its transaction, a different one each time.
        var never = decider.Decide<Section>(
            "section-unlucky",
            Expected.Any,
            _ => [Defined(1)],
            async (session, _, _, ct) =>
            {
                var contended = $"section-contended-{lost++}";
                await session.AlsoDecide<Section>(contended, _ => [Defined(1)], ct);
                await service.Decide<Section>(contended, _ => [Defined(2)]);
            },
            token);
        await Assert.ThrowsAsync<Contention>(() => never);
        Assert.True(lost > 8, $"it was tried {lost} times");
        Assert.Equal(0, await service.Servers.Query<long>("select count(*) from articles.mt_events where stream_id = 'section-unlucky'"));
    }

    [Fact]
    public async Task A_rejected_command_does_not_affect_the_rest_of_its_batch()
    {
        var decisions = Enumerable.Range(0, 24)
            .Select(
                i =>
                    Task.Run(
                        () =>
                            service.Decide<Section>(
                                $"section-refused-{i}",
                                section => i % 8 == 0 ? throw new Rejected($"no {i}") : section is null ? [Defined(i)] : [])))
            .ToArray();
        foreach (var (i, decision) in decisions.Index())
            if (i % 8 == 0) Assert.Equal($"no {i}", (await Assert.ThrowsAsync<Rejected>(() => decision)).Message);
            else Assert.True((await decision).Changed);
        Assert.Equal(21, await service.Servers.Query<long>("select count(*) from articles.mt_streams where id like 'section-refused-%'"));
    }

    [Fact]
    public async Task A_command_that_cannot_be_stored_does_not_affect_the_rest_of_its_batch()
    {
        var decisions = Enumerable.Range(0, 24)
            .Select(
                i =>
                    Task.Run(
                        () =>
                            service.Decide<Section>(
                                $"section-unstorable-{i}", section => section is null ? [Defined(i, i % 8 == 0 ? "\0" : "S")] : [])))
            .ToArray();
        foreach (var (i, decision) in decisions.Index())
            if (i % 8 == 0) await Assert.ThrowsAnyAsync<Exception>(() => decision);
            else Assert.True((await decision).Changed);
        Assert.Equal(
            21, await service.Servers.Query<long>("select count(*) from articles.mt_events where stream_id like 'section-unstorable-%'"));
    }

    [Fact]
    public async Task Each_event_of_a_batch_keeps_its_own_author_and_trace()
    {
        var traces = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () =>
        {
            using var activity = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
            await using var scope = service.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Actor>().Name = $"editor-{i}";
            await scope.ServiceProvider.GetRequiredService<Decider>().Decide<Section>(
                $"section-authored-{i}", _ => [Defined(i)], TestContext.Current.CancellationToken);
            return activity.Id;
        })));
        foreach (var (i, trace) in traces.Index())
            Assert.Equal(
                $"editor-{i} {trace}",
                await service.Servers.Query<string>(
                    $"select user_name || ' ' || correlation_id from articles.mt_events where stream_id = 'section-authored-{i}'"));
        Assert.True(
            await service.Servers.Query<bool>(
                "select count(distinct xmin::text) < 24 from articles.mt_events where stream_id like 'section-authored-%'"),
            "several events were stored in one transaction");
    }

    [Fact]
    public async Task A_command_with_a_fresh_id_that_is_already_used_is_decided_again_on_the_existing_state()
    {
        await service.Decide<Section>("section-fresh", _ => [Defined(1)]);
        await using var scope = service.Services.CreateAsyncScope();
        var decision = await scope.ServiceProvider.GetRequiredService<Decider>().Decide<Section>(
            "section-fresh", Expected.Fresh, section => section is null ? [Defined(2)] : [], TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, false), (decision.State!.Order, decision.Version, decision.Changed));
        Assert.Equal(
            1, await service.Servers.Query<int>("select (data ->> 'order')::int from articles.mt_doc_section where id = 'section-fresh'"));
    }

    private static SectionDefined Defined(int order, string name = "S") =>
        new(order, new Dictionary<string, string> { ["en"] = name, ["ru"] = "S", ["zh"] = "S" });
}
