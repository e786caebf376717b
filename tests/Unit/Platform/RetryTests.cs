using System.Net.Sockets;
using Npgsql;
using Platform.Messaging;
using Platform.Web;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Unit.Platform;

/// <summary>How a process reacts to an exception while it handles a message or is connected to the broker.</summary>
public class RetryTests
{
    public static TheoryData<Exception> Endings { get; } =
    [
        new SocketException(10061), new TimeoutException(), new OperationCanceledException(),
        new ObjectDisposedException("channel"), new InvalidOperationException("a bug"),
        new AuthenticationFailureException("refused"), new EndOfStreamException(),
    ];

    [Theory]
    [MemberData(nameof(Endings), DisableDiscoveryEnumeration = true)]
    public void An_endpoint_reconnects_after_any_exception(Exception ending) =>
        Assert.True(Reconnection.Forever().IsHandled(ending));

    [Fact]
    public void A_message_is_retried_while_the_database_is_unavailable()
    {
        Exception[] unavailable =
        [
            new NpgsqlException("gone", new IOException()),
            new NpgsqlException("gone", new SocketException(10061)),
            Postgres("57P01"),
            Postgres("57P02"),
            Postgres("57P03"),
            Postgres("57P04"),
            Postgres("53300"),
            Postgres("08P01"),
            Postgres("25006"),
            Postgres("25P03"),
            Postgres("28P01"),
            Postgres("3D000"),
            new NpgsqlException("No suitable host was found."),
            new NpgsqlException("Unable to connect to a suitable host.", new AggregateException(Postgres("42501"), Postgres("57P03"))),
        ];
        Assert.All(unavailable, e => Assert.Equal(RetryReason.StoreIsAway, Retries.Classify(e)));
        Assert.All(unavailable, e => Assert.Equal(RetryReason.StoreIsAway, Retries.Classify(new InvalidOperationException("wrapped", e))));
    }

    [Fact]
    public void A_message_that_times_out_or_loses_every_race_is_not_retried_forever()
    {
        Exception[] slow =
        [
            new NpgsqlException("slow", new TimeoutException()),
            Postgres("40P01"),
            Postgres("40001"),
            Postgres("55P03"),
            Postgres("57014"),
            new Contention("article-1"),
        ];
        Assert.All(slow, e => Assert.Equal(RetryReason.TooSlow, Retries.Classify(e)));
        Assert.All(slow, e => Assert.Equal(RetryReason.TooSlow, Retries.Classify(new InvalidOperationException("wrapped", e))));
    }

    [Fact]
    public void A_message_with_any_other_exception_is_poison()
    {
        Exception[] poison =
        [
            new InvalidOperationException("a bug"),
            new NpgsqlException("a bug"),
            Postgres("22P02"),
            Postgres("25001"),
            Postgres("42501"),
        ];
        Assert.All(poison, e => Assert.Equal(RetryReason.Poison, Retries.Classify(e)));
    }

    private static PostgresException Postgres(string state) => new("no", "ERROR", "ERROR", state);
}
