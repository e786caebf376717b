using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using Xunit;

namespace Kit;

/// <summary>
/// The PostgreSQL and RabbitMQ servers that <c>./platform test</c> started for this run. Each fixture gets a database and a virtual host of
/// its own, so that tests can run in parallel without affecting each other.
/// </summary>
public sealed class Servers : IAsyncDisposable
{
    private static readonly string Postgres = Required("TEST_POSTGRES");
    private static readonly Uri Broker = new(Required("TEST_RABBITMQ"));
    private static readonly HttpClient Management = ManagementClient(new Uri(Required("TEST_RABBITMQ_MANAGEMENT")));

    private Servers(string name) => Name = name;

    public string Name { get; }
    public string Database => new NpgsqlConnectionStringBuilder(Postgres) { Database = Name, IncludeErrorDetail = true }.ConnectionString;
    public Uri Bus => new UriBuilder(Broker) { Path = "/" + Name }.Uri;

    public static async Task<Servers> New()
    {
        var servers = new Servers($"t{Guid.CreateVersion7():N}");
        await Sql($"create database {servers.Name}");
        (await Management.PutAsJsonAsync($"api/vhosts/{servers.Name}", new { })).EnsureSuccessStatusCode();
        return servers;
    }

    /// <summary>Runs SQL in the database of this fixture, and returns the first value.</summary>
    public async Task<T?> Query<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>The state of a queue of this fixture, or null if there is no such queue.</summary>
    public async Task<QueueState?> Queue(string name)
    {
        var answer = await Management.GetAsync($"api/queues/{Name}/{name}");
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<QueueState>() : null;
    }

    /// <summary>Deletes a queue of this fixture with all its messages.</summary>
    public async Task DeleteQueue(string name) => (await Management.DeleteAsync($"api/queues/{Name}/{name}")).EnsureSuccessStatusCode();

    /// <summary>
    /// Deletes everything that the broker has stored for this fixture, and closes its connections. They cannot be opened again before
    /// <paramref name="meanwhile"/> has ended.
    /// </summary>
    public async Task WipeBroker(Func<Task> meanwhile)
    {
        (await Management.DeleteAsync($"api/vhosts/{Name}")).EnsureSuccessStatusCode();
        await meanwhile();
        (await Management.PutAsJsonAsync($"api/vhosts/{Name}", new { })).EnsureSuccessStatusCode();
    }

    /// <summary>The messages in all queues of this fixture, including the error queues; they stay in the queues.</summary>
    public async Task<string> Messages()
    {
        var queues = (await Management.GetFromJsonAsync<JsonElement>($"api/queues/{Name}")).EnumerateArray()
            .Select(q => q.GetProperty("name").GetString()!).ToArray();
        Assert.NotEmpty(queues);
        var messages = new StringBuilder();
        foreach (var queue in queues)
        {
            var answer = await Management.PostAsJsonAsync(
                $"api/queues/{Name}/{queue}/get", new { count = 10_000, ackmode = "ack_requeue_true", encoding = "auto" });
            messages.AppendLine(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        }
        return messages.ToString();
    }

    /// <summary>The tables of all schemas that have a row with this text in any column.</summary>
    public Task<string?> TablesWith(string text) => Query<string>(
        $$"""
        select string_agg(t, ', ') from (
          select format('%I.%I', schemaname, tablename) as t from pg_tables
          where schemaname not in ('pg_catalog', 'information_schema')) s
        where (xpath('/table/row/found/text()', query_to_xml(
          format('select count(*) as found from %s x where x::text ilike %L', t, '%{{text}}%'), false, false, '')))[1]::text <> '0'
        """);

    /// <summary>Copies the database. Waits until it has no connections.</summary>
    public Task Backup() => RetryUntilUnused($"create database {Name}_backup template {Name}");

    /// <summary>Replaces the database by its backup. Waits until it has no connections.</summary>
    public async Task Restore()
    {
        await RetryUntilUnused($"drop database {Name}");
        await Sql($"alter database {Name}_backup rename to {Name}");
    }

    private static Task RetryUntilUnused(string sql)
    {
        NpgsqlConnection.ClearAllPools();
        return Eventually.IsTrue(async () =>
        {
            await Sql(sql);
            return true;
        }, $"the database has no connections, so this succeeds: {sql}");
    }

    public async ValueTask DisposeAsync()
    {
        (await Management.DeleteAsync($"api/vhosts/{Name}")).EnsureSuccessStatusCode();
        NpgsqlConnection.ClearAllPools();
        // This fails while autovacuum works on the database, because our role may not terminate processes of the server. So it is retried.
        await Eventually.IsTrue(async () =>
        {
            await Sql($"drop database if exists {Name} with (force)");
            return true;
        }, $"the database {Name} can be dropped");
    }

    private static async Task Sql(string sql)
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static HttpClient ManagementClient(Uri address) => new()
    {
        BaseAddress = address,
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Broker.UserInfo))),
        },
    };

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException(
            $"{variable} is not set. Run the tests with ./platform test, which starts the servers that they need.");
}

/// <summary>The state of a queue in the management API of RabbitMQ.</summary>
public sealed record QueueState(string Type, long Messages, long Consumers, IReadOnlyDictionary<string, JsonElement> Arguments);
