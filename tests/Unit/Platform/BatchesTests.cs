using Kit;
using MassTransit;
using Platform.Contracts;
using Platform.Contracts.Articles;
using Platform.Contracts.Comments;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Platform;

public class BatchesTests
{
    [Fact]
    public void Eight_or_more_events_of_different_streams_are_sent_as_one_batch()
    {
        var order = Assert.Single(Batches.Of(Counts(8)));
        var message = Assert.Single(order.Messages);
        Assert.Equal(8, message.Events);
        Assert.Equal(Counts(8).Select(c => c.Stream), order.Streams);
        Assert.Equal(Counts(8).Select(c => c.Message), Assert.IsType<EventBatch<DiscussionChanged>>(message.Message).Events);
        Assert.Equal((Counts(1)[0].MessageId, "trace 1"), (message.MessageId, message.Trace));
    }

    [Fact]
    public void Fewer_than_eight_events_are_sent_individually()
    {
        var orders = Batches.Of(Counts(7));
        Assert.Equal(Counts(7), orders.Select(o => Assert.Single(o.Messages)));
        Assert.Equal(Counts(7).Select(c => c.Stream), orders.Select(o => Assert.Single(o.Streams)));
    }

    [Fact]
    public void A_batch_contains_at_most_a_hundred_events() =>
        Assert.Equal([100, 100, 50], Batches.Of(Counts(250)).Select(o => Assert.Single(o.Messages).Events));

    [Fact]
    public void Several_events_of_one_stream_are_sent_in_order_and_not_in_batches()
    {
        Outbound[] stream = [Count(5), Count(5) with { Message = Changed(5, 2) }];
        var orders = Batches.Of([.. Counts(20).Where(c => c.Stream != stream[0].Stream), .. stream]);
        Assert.Equal(stream, orders.Single(o => o.Streams.Contains(stream[0].Stream)).Messages);
        Assert.Equal(19, orders.Single(o => o.Streams.Count > 1).Messages[0].Events);
    }

    [Fact]
    public void A_batch_contains_events_of_one_type_that_is_sent_in_batches()
    {
        Outbound[] retractions = [.. Enumerable.Range(1, 9).Select(i =>
            new Outbound(Some.Id(), $"article-{i}", new ArticleRetracted(default, $"article-{i}", 1, Some.Noon, default, "Wrong."), null))];
        var messages = Batches.Of(
        [
            .. Counts(8),
            .. retractions,
            .. Counts(9).Select(c => c with { Stream = $"comment {c.Stream}", Message = Posted(c.Stream) }),
        ])
            .SelectMany(o => o.Messages).ToArray();
        Assert.Equal(11, messages.Length);
        Assert.Equal([8, 9], messages.Where(m => m.Events > 1).Select(m => m.Events).Order());
    }

    /// <summary>The names are also the names of exchanges at the broker.</summary>
    [Fact]
    public void The_message_names_of_batches_never_change() => Assert.Equal(
        [
            "urn:message:Platform.Contracts:EventBatch[[Platform.Contracts.Articles:ArticleStatsChanged]]",
            "urn:message:Platform.Contracts:EventBatch[[Platform.Contracts.Comments:CommentPosted]]",
            "urn:message:Platform.Contracts:EventBatch[[Platform.Contracts.Comments:DiscussionChanged]]",
        ],
        EventBatch.Types.Select(t => MessageUrn.ForTypeString(EventBatch.Of(t))));

    private static Outbound[] Counts(int number) => [.. Enumerable.Range(1, number).Select(Count)];

    private static Outbound Count(int i) => new(new Guid(i, 0, 0, new byte[8]), $"discussion-{i}", Changed(i, 1), $"trace {i}");

    private static DiscussionChanged Changed(int i, long version) => new(default, $"discussion-{i}", version, Some.Noon, default, i);

    private static CommentPosted Posted(string stream) =>
        new(default, stream, 1, Some.Noon, default, default, null, "Ann", "Well said.", Some.Noon);
}
