using Kit;
using Platform.Replays;
using Platform.Web;
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
    public void A_request_starts_a_replay_and_repeating_it_changes_nothing() =>
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
    public void A_different_request_under_the_same_key_is_rejected(ReplayRequested other) =>
        Spec<Replay>.Given(Requested).When(r => Replay.Request(r, other)).ThenRejected("already used for a different replay");

    [Fact]
    public void A_scope_equals_the_same_scope_read_from_the_store()
    {
        var typed = Requested with { Scope = new ReplayScope(Types: ["article_published", "article_revised"]) };
        var again = typed with { Scope = new ReplayScope(Types: ["article_published", "article_revised"]) };
        Spec<Replay>.Given(typed).When(r => Replay.Request(r, again)).ThenNothing();
    }

    [Fact]
    public void A_queued_or_running_replay_can_be_cancelled()
    {
        Spec<Replay>.Given(Requested).When(r => Replay.Cancel(r, "admin", Some.Noon)).Then(new ReplayCancelled("admin", Some.Noon));
        Spec<Replay>.Given(Requested, Started)
            .When(r => Replay.Cancel(r, "admin", Some.Noon))
            .Then(new ReplayCancelled("admin", Some.Noon));
    }

    [Fact]
    public void A_replay_that_has_ended_cannot_be_cancelled()
    {
        Spec<Replay>.Given(Requested, Started, new ReplayCompleted(1, null, Some.Noon))
            .When(r => Replay.Cancel(r, "admin", Some.Noon))
            .ThenRejected("already completed");
        Spec<Replay>.Given(Requested, Started, new ReplayFailed("no", Some.Noon))
            .When(r => Replay.Cancel(r, "admin", Some.Noon))
            .ThenRejected("already failed");
        Spec<Replay>.Given().When(r => Replay.Cancel(r, "admin", Some.Noon)).ThenThrows<NotFound>("no replay");
    }

    [Fact]
    public void No_event_is_appended_to_a_replay_that_has_ended()
    {
        Spec<Replay>.Given(Requested, Started, new ReplayCancelled("admin", Some.Noon))
            .When(r => Replay.While(r, 1, new ReplayCompleted(1, null, Some.Noon)))
            .ThenNothing();
        Spec<Replay>.Given(Requested, Started)
            .When(r => Replay.While(r, 1, new ReplayCompleted(1, null, Some.Noon)))
            .Then(new ReplayCompleted(1, null, Some.Noon));
    }

    [Fact]
    public void A_replica_that_was_replaced_appends_nothing_to_the_replay() =>
        Spec<Replay>.Given(Requested, Started, Started)
            .When(r => Replay.While(r, 1, new ReplayCompleted(1, null, Some.Noon)))
            .ThenNothing();

    [Fact]
    public void The_rate_and_the_expected_end_are_computed_from_the_last_start()
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
    public void A_comparison_counts_differing_missing_and_extra_rows() => Assert.Equal(6, new Comparison(9, 1, 2, 3, []).Differences());

    [Fact]
    public void The_id_of_a_failure_group_is_stable_and_unique()
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
    public void The_state_type_of_a_stream_is_inferred_from_its_events()
    {
        var states = new StateTypes(typeof(global::Comments.Posting.Comment).Assembly);
        Assert.IsType<global::Comments.Threads.ArticleCopy>(states.Fold("article-1", [new global::Comments.Threads.ArticleSeen(1, false)]));
        var comment = Assert.IsType<global::Comments.Posting.Comment>(
            states.Fold(
                "comment-1",
                [
                    new global::Comments.Posting.CommentPosted(Some.Id(), null, "Ann", "Hello", Some.Noon, null),
                    new global::Comments.Posting.CommentApproved(Some.Id()),
                ]));
        Assert.Equal("comment-1", comment.Id);
        Assert.IsType<Replay>(states.Fold("replay-1", [Requested]));
        Assert.Null(states.Fold("x", [new object()]));
    }
}
