using Comments.Threads;
using Kit;
using Xunit;

namespace Unit.Comments;

public class SharedQueryTests
{
    private readonly List<(string[] Keys, TaskCompletionSource<IReadOnlyDictionary<string, string>> Rows)> _sent = [];
    private readonly SharedQuery<string, string> _query;

    public SharedQueryTests() => _query = new(keys =>
    {
        var rows = new TaskCompletionSource<IReadOnlyDictionary<string, string>>();
        _sent.Add(([.. keys.Order(StringComparer.Ordinal)], rows));
        return rows.Task;
    });

    [Fact]
    public async Task A_single_request_is_sent_at_once()
    {
        var row = Load("a");
        Assert.Equal(["a"], Assert.Single(_sent).Keys);
        Answer(0, ("a", "1"));
        Assert.Equal("1", await row);
    }

    [Fact]
    public async Task A_row_that_does_not_exist_is_null()
    {
        var row = Load("a");
        Answer(0);
        Assert.Null(await row);
    }

    [Fact]
    public async Task Requests_that_are_made_during_a_query_share_the_next_query_and_never_get_the_result_of_the_first()
    {
        var first = Load("a");
        Task<string?>[] later = [Load("a"), Load("b"), Load("a")];
        Assert.Single(_sent);

        Answer(0, ("a", "old"));
        Assert.Equal("old", await first);
        await Sent(2);
        Assert.Equal(["a", "b"], _sent[1].Keys);
        Assert.All(later, row => Assert.False(row.IsCompleted));

        Answer(1, ("a", "new"), ("b", "2"));
        Assert.Equal(["new", "2", "new"], await Task.WhenAll(later));
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public async Task A_failed_query_fails_all_requests_that_share_it_and_no_later_one()
    {
        var first = Load("a");
        Task<string?>[] second = [Load("a"), Load("b")];
        _sent[0].Rows.SetException(new InvalidOperationException("unavailable"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Sent(2);
        var third = Load("a");
        _sent[1].Rows.SetException(new InvalidOperationException("unavailable"));
        foreach (var row in second) await Assert.ThrowsAsync<InvalidOperationException>(() => row);
        await Sent(3);
        Answer(2, ("a", "1"));
        Assert.Equal("1", await third);
    }

    [Fact]
    public async Task A_cancelled_request_does_not_cancel_the_others()
    {
        using var cancelled = new CancellationTokenSource();
        var first = Load("a");
        var sender = _query.Load("a", cancelled.Token);
        var sharing = _query.Load("a", cancelled.Token);
        var other = Load("a");
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sharing);
        Answer(0);
        Assert.Null(await first);
        await Sent(2);
        Answer(1, ("a", "1"));
        Assert.Equal("1", await other);
        Assert.Equal("1", await sender);
    }

    private Task<string?> Load(string key) => _query.Load(key, TestContext.Current.CancellationToken);

    private void Answer(int query, params (string Key, string Row)[] rows) =>
        _sent[query].Rows.SetResult(rows.ToDictionary(r => r.Key, r => r.Row));

    private Task Sent(int queries) => Eventually.IsTrue(() => Task.FromResult(_sent.Count == queries), $"{queries} queries were sent");
}
