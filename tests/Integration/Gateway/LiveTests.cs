using System.Globalization;
using Kit;
using Xunit;
using News = Platform.Contracts.Articles;
using Said = Platform.Contracts.Comments;
using Sheets = Platform.Contracts.CurrencyRates;

namespace Integration.Gateway;

/// <summary>Live events from the real broker to clients of one or two gateways.</summary>
public sealed partial class LiveTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private readonly Guid _article = Guid.CreateVersion7();

    [Fact]
    public async Task Article_comment_and_rate_events_are_delivered_live()
    {
        using var reader = gateway.Client();
        await using var listener = await LiveClient.At(reader);
        Assert.Equal(
            ("text/event-stream", true, false),
            (
                listener.Answer.Content.Headers.ContentType!.MediaType,
                listener.Answer.Headers.CacheControl!.NoStore,
                listener.Answer.Content.Headers.ContentEncoding.Count > 0));
        Assert.DoesNotContain(listener.Answer.Headers, h => h.Key == "Cache-Status");

        var (comment, day) = (Guid.CreateVersion7(), new DateOnly(2026, 4, 25));
        await gateway.Bus.Publish(Published(_article, 1));
        await listener.WaitFor(_article, "article published");
        await gateway.Bus.Publish(Posted(comment, 1, "Well said."));
        await listener.WaitFor(comment, "comment posted");
        await gateway.Bus.Publish(
            new Sheets.RatesPublished(Guid.CreateVersion7(), "rates-2026-04-25", 1, Now, day, [new("R01375", "156", "CNY", 1, 11.0270m)]));
        await Eventually.IsTrue(() => Task.FromResult(listener.Received.Any(h => h.Topic == "rates")), "the rates event arrives");
        await gateway.Bus.Publish(new Said.CommentHidden(Guid.CreateVersion7(), $"comment-{comment}", 2, Now, comment, _article));
        await listener.WaitFor(comment, "comment hidden");
        await gateway.Bus.Publish(new News.ArticleRetracted(Guid.CreateVersion7(), $"article-{_article}", 2, Now, _article, "Withdrawn."));
        await listener.WaitFor(_article, "article retracted");

        Assert.Equal(
            "Title",
            listener.Received.First(h => h.Topic == "article").Data
                .GetProperty("texts")
                .GetProperty("en")
                .GetProperty("title")
                .GetString());
        var rates = listener.Received.First(h => h.Topic == "rates").Data;
        Assert.Equal(
            ("2026-04-25", "11.0270"),
            (rates.GetProperty("effectiveFrom").GetString(), rates.GetProperty("rates")[0].GetProperty("value").GetRawText()));
        var ids = listener.Received.Select(h => long.Parse(h.Id!, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(ids.Distinct().Order(), ids);
    }

    [Fact]
    public async Task Missed_events_are_delivered_once_and_in_order_by_any_gateway()
    {
        using var reader = gateway.Client();
        var before = Guid.CreateVersion7();
        string left;
        await using (var listener = await LiveClient.At(reader))
        {
            await gateway.Bus.Publish(Published(before, 1));
            await listener.WaitFor(before, "article published");
            left = listener.LastEventId;
        }
        var missed = Enumerable.Range(0, 1200).Select(_ => Guid.CreateVersion7()).ToArray(); // more than two pages of the store
        await using (var witness = await LiveClient.At(reader))
        {
            foreach (var id in missed) await gateway.Bus.Publish(Posted(id, 1, "While nobody listened."));
            foreach (var id in missed) await witness.WaitFor(id, "comment posted");
        }

        await using var other = await gateway.Another();
        using var there = GatewayFixture.At(other);
        await using var back = await LiveClient.At(there, lastEventId: left);
        var live = Guid.CreateVersion7();
        await gateway.Bus.Publish(Posted(live, 1, "Now."));
        await back.WaitFor(live, "comment posted");
        Assert.Empty(back.Of(before));
        Assert.All(missed, id => Assert.Equal(["comment posted"], back.Of(id)));
        var ids = back.Received.Select(h => long.Parse(h.Id!, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(ids.Distinct().Order(), ids);
        await using var byQuery = await LiveClient.At(reader, $"?lastEventId={left}&topics=comment");
        await byQuery.WaitFor(live, "comment posted");
        Assert.Equal(missed.Length, missed.Count(id => byQuery.Of(id).Count == 1));
    }

    [Fact]
    public async Task Duplicate_replayed_and_outdated_events_are_not_delivered()
    {
        using var reader = gateway.Client();
        await using var listener = await LiveClient.At(reader);
        var (comment, end) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (posted, published) = (Posted(comment, 1, "Once."), Published(_article, 3));
        await gateway.Bus.Publish(published);
        await gateway.Bus.Publish(posted, posted.EventId);
        await listener.WaitFor(comment, "comment posted");
        await listener.WaitFor(_article, "article published");

        await gateway.Bus.Publish(posted, posted.EventId);
        await gateway.Bus.Publish(posted);
        await gateway.Bus.Publish(Published(_article, 2)); // late
        await gateway.Bus.Publish(Posted(Guid.CreateVersion7(), 1, "Replayed."), replay: true);
        await gateway.Bus.Publish(Published(Guid.CreateVersion7(), 1), replay: true);
        await gateway.Bus.Publish(Posted(Guid.CreateVersion7(), 1, "Long ago.") with { OccurredAt = Now.AddDays(-2) });
        await gateway.Bus.Publish(Posted(end, 1, "The end."));
        await listener.WaitFor(end, "comment posted");
        Assert.Equal(
            3,
            listener.Received.Count(
                h =>
                    h.Data.TryGetProperty("articleId", out var of)
                        ? of.GetGuid() == _article
                        : h.Data.GetProperty("id").GetGuid() == _article));
        Assert.DoesNotContain("Replayed.", listener.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("Long ago.", listener.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_returning_client_does_not_receive_hidden_texts_or_comments_on_a_retracted_article()
    {
        using var reader = gateway.Client();
        await using var witness = await LiveClient.At(reader);
        var left = witness.LastEventId;
        var (hidden, restored, under) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await gateway.Bus.Publish(Published(_article, 1));
        foreach (var id in new[] { hidden, restored })
            await gateway.Bus.Publish(Posted(id, 1, $"words of {id}") with { ArticleId = Guid.Empty });
        await gateway.Bus.Publish(Posted(under, 1, $"words of {under}"));
        foreach (var id in new[] { hidden, restored, under }) await witness.WaitFor(id, "comment posted");
        foreach (var id in new[] { hidden, restored })
            await gateway.Bus.Publish(new Said.CommentHidden(Guid.CreateVersion7(), $"comment-{id}", 2, Now, id, Guid.Empty));
        await witness.WaitFor(restored, "comment hidden");
        await gateway.Bus.Publish(Posted(restored, 3, $"words of {restored}") with { ArticleId = Guid.Empty });
        await gateway.Bus.Publish(new News.ArticleRetracted(Guid.CreateVersion7(), $"article-{_article}", 2, Now, _article, "Withdrawn."));
        await witness.WaitFor(hidden, "comment hidden");
        await witness.WaitFor(restored, "comment posted");
        await witness.WaitFor(_article, "article retracted");

        await using var back = await LiveClient.At(reader, lastEventId: left);
        await back.WaitFor(_article, "article retracted");
        await back.WaitFor(hidden, "comment hidden");
        await back.WaitFor(restored, "comment posted");
        Assert.Equal(["comment hidden", "comment posted", "article retracted"], new[] { hidden, restored, _article }.SelectMany(back.Of));
        Assert.Empty(back.Of(under));
        Assert.DoesNotContain($"words of {hidden}", back.Raw, StringComparison.Ordinal);
        Assert.Null(await gateway.Servers.Query<string>($"select data from live.entry where data like '%words of {hidden}%'"));
    }

    [Fact]
    public async Task A_client_that_was_away_longer_than_the_retention_time_gets_a_reset()
    {
        await using var forgetful = await gateway.Another(("Gateway:Live:KeepHours", "0.001"));
        using var reader = GatewayFixture.At(forgetful);
        string left;
        await using (var listener = await LiveClient.At(reader)) left = listener.LastEventId;
        using var elsewhere = gateway.Client();
        await using (var witness = await LiveClient.At(elsewhere))
            for (var i = 0; i < 2; i++)
            {
                var id = Guid.CreateVersion7();
                await gateway.Bus.Publish(Posted(id, 1, "Soon forgotten."));
                await witness.WaitFor(id, "comment posted");
            }
        await Eventually.IsTrue(
            async () => await gateway.Servers.Query<long>("select count(*) from live.entry") == 0, "the entries expire");
        foreach (var id in new[] { left, "999999999999" })
        {
            await using var back = await LiveClient.At(reader, lastEventId: id);
            await Eventually.IsTrue(() => Task.FromResult(back.Received.Count == 1), "an event arrives");
            Assert.Equal("reset", back.Received.Single().Topic);
            Assert.NotEqual(id, back.LastEventId);
        }
    }

    [Fact]
    public async Task After_a_restore_clients_are_reset_and_receive_versions_of_the_new_epoch()
    {
        const long Epoch = 1_800_000_000;
        using var reader = gateway.Client();
        string left;
        await using (var listener = await LiveClient.At(reader))
        {
            await gateway.Bus.Publish(Published(_article, 7));
            await listener.WaitFor(_article, "article published");
            await gateway.Bus.Publish(new News.ArticlesRetold(Epoch, Now), epoch: Epoch);
            await listener.Ended.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
            left = listener.LastEventId;
        }
        await using var back = await LiveClient.At(reader, lastEventId: left);
        await Eventually.IsTrue(() => Task.FromResult(back.Received.Count > 0), "an event arrives");
        Assert.Equal(["reset"], back.Received.Select(h => h.Topic));
        await gateway.Bus.Publish(Published(_article, 2), epoch: Epoch);
        await back.WaitFor(_article, "article published");
        await gateway.Bus.Publish(Published(_article, 8)); // from the previous epoch
        await gateway.Bus.Publish(Published(_article, 3), epoch: Epoch);
        await Eventually.IsTrue(() => Task.FromResult(back.Received.Count == 3), "the next version arrives");
        Assert.Equal([2, 3], back.Received.Skip(1).Select(h => h.Data.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Heartbeats_carry_the_current_position()
    {
        await using var brisk = await gateway.Another(("Gateway:Live:HeartbeatSeconds", "0.3"));
        using var reader = GatewayFixture.At(brisk);
        await using var listener = await LiveClient.At(reader, "?topics=rates");
        var at = listener.LastEventId;
        await gateway.Bus.Publish(Posted(Guid.CreateVersion7(), 1, "Not wanted."));
        await Eventually.IsTrue(() => Task.FromResult(listener.Raw.Split(":\nid: ").Length > 3), "heartbeats arrive");
        await Eventually.IsTrue(
            () =>
                Task.FromResult(
                    long.Parse(listener.LastEventId, CultureInfo.InvariantCulture) > long.Parse(at, CultureInfo.InvariantCulture)),
            "the position advances with events that were filtered out");
        Assert.Empty(listener.Received);
    }

    [Fact]
    public async Task A_stopping_gateway_ends_all_streams_at_once()
    {
        var stopping = await gateway.Another();
        using var reader = GatewayFixture.At(stopping);
        await using var listener = await LiveClient.At(reader);
        var stopped = stopping.DisposeAsync().AsTask();
        await listener.Ended.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
        await stopped.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static News.ArticlePublished Published(Guid id, long version) =>
        new(
            Guid.CreateVersion7(),
            $"article-{id}",
            version,
            Now,
            id,
            "news",
            [],
            Now,
            new Dictionary<string, News.ArticleText> { ["en"] = new("Title", "Lead", $"a-{id}", "<p>Body</p>") });

    private Said.CommentPosted Posted(Guid id, long version, string text) =>
        new(Guid.CreateVersion7(), $"comment-{id}", version, Now, id, _article, null, "Ann", text, Now);
}
