using Bench;
using Xunit;

namespace Unit.Bench;

public class BackendTimesTests
{
    private readonly BackendTimes _times = new();

    [Fact]
    public void The_backends_of_a_database_are_added_up()
    {
        See("articles", id: 1, seconds: 2);
        See("articles", id: 2, seconds: 3);
        See("comments", id: 3, seconds: 4);
        Assert.Equal(TimeSpan.FromSeconds(5), _times.ByDatabase()["articles"]);
        Assert.Equal(TimeSpan.FromSeconds(4), _times.ByDatabase()["comments"]);
    }

    [Fact]
    public void A_backend_that_is_seen_again_counts_once()
    {
        See("articles", id: 1, seconds: 2);
        See("articles", id: 1, seconds: 3);
        Assert.Equal(TimeSpan.FromSeconds(3), _times.ByDatabase()["articles"]);
    }

    [Fact]
    public void A_backend_that_has_ended_still_counts_when_its_id_is_used_again()
    {
        See("articles", id: 1, seconds: 2);
        See("comments", id: 1, seconds: 1, started: 100);
        Assert.Equal(TimeSpan.FromSeconds(2), _times.ByDatabase()["articles"]);
        Assert.Equal(TimeSpan.FromSeconds(1), _times.ByDatabase()["comments"]);
    }

    private void See(string database, int id, int seconds, long started = 0) =>
        _times.Add(database, new(id, 0, started, TimeSpan.FromSeconds(seconds), TimeSpan.Zero));
}
