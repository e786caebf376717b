using Kit;
using Platform.EventSourcing;
using Platform.EventSourcing.Replays;
using Xunit;

namespace Unit.Platform;

public class ReplayTests
{
    private static readonly ReplayRequested Requested = new(
        "bus",
        ReplayMode.Apply,
        new ReplayScope(Stream: "article-1"),
        100,
        "a reason",
        "admin",
        Some.Noon);
    private static readonly ReplayStarted Started = new("replica-1", Some.Noon.AddSeconds(1));

    [Fact]
    public void Asking_begins_it_and_asking_the_same_again_changes_nothing() =>
        Spec<Replay>.Given().When(r => Replay.Request(r, Requested)).Then(Requested);

    public static TheoryData<ReplayRequested> Others { get; } =
    [
        Requested with { Target = "readModel:x" },
        Requested with { Mode = ReplayMode.DryRun },
        Requested with { Reason = "another" },
        Requested with { PerSecond = 1 },
        Requested with { PerSecond = null },
        Requested with { Scope = new ReplayScope() },
        Requested with { Scope = Requested.Scope with { Stream = "article-2" } },
        Requested with { Scope = Requested.Scope with { FromSequence = 1 } },
        Requested with { Scope = Requested.Scope with { Types = ["article_published"] } },
    ];

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Asking_for_something_else_under_the_same_key_is_refused(ReplayRequested other) =>
        Spec<Replay>.Given(Requested).When(r => Replay.Request(r, other)).ThenRejected("Another replay");

    [Fact]
    public void A_list_of_types_that_was_read_from_the_store_is_the_same_as_the_one_requested()
    {
        var typed = Requested with { Scope = new ReplayScope(Types: ["article_published", "article_revised"]) };
        var again = typed with { Scope = new ReplayScope(Types: ["article_published", "article_revised"]) };
        Spec<Replay>.Given(typed).When(r => Replay.Request(r, again)).ThenNothing();
    }

    [Fact]
    public void It_can_be_cancelled_while_it_waits_or_runs()
    {
        Spec<Replay>.Given(Requested).When(r => Replay.Cancel(r, "admin", Some.Noon)).Then(new ReplayCancelled("admin", Some.Noon));
        Spec<Replay>.Given(Requested, Started)
            .When(r => Replay.Cancel(r, "admin", Some.Noon))
            .Then(new ReplayCancelled("admin", Some.Noon));
    }

    [Fact]
    public void What_has_ended_cannot_be_cancelled()
    {
        Spec<Replay>.Given(Requested, Started, new ReplayCompleted(1, null, Some.Noon))
            .When(r => Replay.Cancel(r, "admin", Some.Noon))
            .ThenRejected("completed already");
        Spec<Replay>.Given(Requested, Started, new ReplayFailed("no", Some.Noon))
            .When(r => Replay.Cancel(r, "admin", Some.Noon))
            .ThenRejected("failed already");
        Spec<Replay>.Given().When(r => Replay.Cancel(r, "admin", Some.Noon)).ThenThrows<NotFound>("no replay");
    }

    [Fact]
    public void Nothing_is_added_to_what_has_ended()
    {
        Spec<Replay>.Given(Requested, Started, new ReplayCancelled("admin", Some.Noon))
            .When(r => Replay.While(r, 1, new ReplayCompleted(1, null, Some.Noon)))
            .ThenNothing();
        Spec<Replay>.Given(Requested, Started)
            .When(r => Replay.While(r, 1, new ReplayCompleted(1, null, Some.Noon)))
            .Then(new ReplayCompleted(1, null, Some.Noon));
    }

    [Fact]
    public void A_replica_that_lost_its_replay_to_another_adds_nothing_to_it() =>
        Spec<Replay>.Given(Requested, Started, Started)
            .When(r => Replay.While(r, 1, new ReplayCompleted(1, null, Some.Noon)))
            .ThenNothing();

    [Fact]
    public void Its_speed_and_its_end_are_told_from_its_last_start()
    {
        var replay = new[]
        {
            Requested,
            (object)Started,
            new ReplayAdvanced("sending", 100, 1000, 100, Some.Noon.AddSeconds(11)),
            new ReplayStarted("replica-2", Some.Noon.AddSeconds(20)),
            new ReplayAdvanced("sending", 300, 1000, 300, Some.Noon.AddSeconds(30)),
        }
            .Aggregate(new Replay(), (r, e) => r.Evolve(e));
        Assert.Equal((20, 2, "replica-2"), (replay.Rate(), replay.Starts, replay.Replica));
        Assert.Equal(Some.Noon.AddSeconds(30 + 35), replay.Expected());
        Assert.Null(replay.Evolve(new ReplayFailed("no", Some.Noon.AddSeconds(40))).Expected());
    }

    [Fact]
    public void A_comparison_counts_whatever_is_not_as_the_events_say() => Assert.Equal(6, new Comparison(9, 1, 2, 3, []).Differences());

    [Fact]
    public void A_failure_group_is_called_the_same_everywhere_and_no_two_alike()
    {
        Assert.Equal(Failures.Name("q_error", "System.Exception", "A"), Failures.Name("q_error", "System.Exception", "A"));
        Assert.Equal(
            3,
            new[]
            {
                Failures.Name("q_error", "System.Exception", "A"),
                Failures.Name("q_error", "System.Exception", "B"),
                Failures.Name("r_error", "System.Exception", "A"),
            }.Distinct().Count());
    }

    [Fact]
    public void The_state_of_a_stream_is_the_one_that_understands_its_events()
    {
        var states = new States(typeof(global::Comments.Comment).Assembly);
        Assert.IsType<global::Comments.ArticleCopy>(states.Fold("article-1", [new global::Comments.ArticleSeen(1, false)]));
        var comment = Assert.IsType<global::Comments.Comment>(
            states.Fold(
                "comment-1",
                [
                    new global::Comments.CommentPosted(Some.Id(), null, "Ann", "Hello", Some.Noon, null),
                    new global::Comments.CommentApproved(Some.Id()),
                ]));
        Assert.Equal("comment-1", comment.Id);
        Assert.IsType<Replay>(states.Fold("replay-1", [Requested]));
        Assert.Null(states.Fold("x", [new object()]));
    }
}
