using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using Xunit;

namespace Kit;

/// <summary>
/// The real PostgreSQL and RabbitMQ that `./platform test` started for this run. Each fixture gets a database and a virtual host of its
/// own, so that tests run side by side and see only themselves.
/// </summary>
public sealed class Servers : IAsyncDisposable
{
    private static readonly string Postgres = Required("TEST_POSTGRES");
    private static readonly Uri Broker = new(Required("TEST_RABBITMQ"));
    private static readonly HttpClient Management = Managing(new Uri(Required("TEST_RABBITMQ_MANAGEMENT")));

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

    /// <summary>Runs SQL in this fixture's database and gives the first value.</summary>
    public async Task<T?> Query<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>What the broker says about a queue of this fixture, or null where it has none of that name.</summary>
    public async Task<QueueState?> Queue(string name)
    {
        var answer = await Management.GetAsync($"api/queues/{Name}/{name}");
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<QueueState>() : null;
    }

    /// <summary>Deletes a queue of this fixture with all its messages.</summary>
    public async Task DeleteQueue(string name) => (await Management.DeleteAsync($"api/queues/{Name}/{name}")).EnsureSuccessStatusCode();

    /// <summary>What lies in all queues of this fixture, error queues included, as the broker hands it out for a look.</summary>
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

    /// <summary>Every table of every schema in which a row has this text, whatever the column.</summary>
    public Task<string?> TablesWith(string text) => Query<string>(
        $$"""
        select string_agg(t, ', ') from (select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname not in ('pg_catalog', 'information_schema')) s
        where (xpath('/table/row/found/text()', query_to_xml(format('select count(*) as found from %s x where x::text ilike %L', t, '%{{text}}%'), false, false, '')))[1]::text <> '0'
        """);

    /// <summary>Keeps the database as it is now. Nobody may be connected.</summary>
    public Task Backup() => Unused($"create database {Name}_backup template {Name}");

    /// <summary>Puts the database of the backup in the place of the one of now, which is lost. Nobody may be connected.</summary>
    public async Task Restore()
    {
        await Unused($"drop database {Name}");
        await Sql($"alter database {Name}_backup rename to {Name}");
    }

    private static Task Unused(string sql)
    {
        NpgsqlConnection.ClearAllPools();
        return Eventually.IsTrue(async () =>
        {
            await Sql(sql);
            return true;
        }, $"nobody is connected: {sql}");
    }

    public async ValueTask DisposeAsync()
    {
        (await Management.DeleteAsync($"api/vhosts/{Name}")).EnsureSuccessStatusCode();
        NpgsqlConnection.ClearAllPools();
        // Not while the server vacuums it: our role may not end the server's own processes.
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

    private static HttpClient Managing(Uri address) => new()
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
            $"{variable} is not set: run the tests with ./platform test, which starts the servers they need.");
}

/// <summary>A queue as the broker's management counts it.</summary>
public sealed record QueueState(string Type, long Messages, long Consumers, IReadOnlyDictionary<string, JsonElement> Arguments);
