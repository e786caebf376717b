using System.Text.Json;
using Articles.Publishing;
using Kit;
using Npgsql;
using Xunit;

namespace Integration.Replays;

/// <summary>The leader is the replica that holds the lock of the relay. Sessions with other locks are ignored.</summary>
[Collection<ArticlesService>]
public class LeaderTests(ArticlesService service)
{
    [Fact]
    public async Task Every_replica_shows_which_replica_is_the_leader()
    {
        var token = TestContext.Current.CancellationToken;
        var other = await service.Replica();
        try
        {
            await using var sender = new NpgsqlConnection($"{service.Servers.Database};Application Name=sends-mail");
            await sender.OpenAsync(token);
            foreach (var what in new[] { "mail", "live", "anything" })
            {
                await using var hold = new NpgsqlCommand($"select pg_advisory_lock(hashtext('{what}'))", sender);
                await hold.ExecuteScalarAsync(token);
            }
            foreach (var replica in service.Replicas)
            {
                using var client = ServiceFixture<Article>.SignedIn(replica.CreateClient(), "operator");
                await Eventually.IsTrue(
                    async () => (await Leader(client))?.StartsWith("replica-", StringComparison.Ordinal) == true,
                    "the leader is a replica");
            }
        }
        finally
        {
            await service.Stop(other);
        }
    }

    private static async Task<string?> Leader(HttpClient client) =>
        (await client.Get<JsonElement>("/admin/articles/consumers")).GetProperty("items")
            .EnumerateArray()
            .Single(c => c.GetProperty("name").GetString() == "relay") is var relay
            && relay.TryGetProperty("replica", out var replica) ? replica.GetString() : null;
}
