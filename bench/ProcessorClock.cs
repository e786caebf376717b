using System.Diagnostics;
using Npgsql;

namespace Bench;

/// <summary>
/// Reads how much processor time the platform uses: each .NET process, RabbitMQ, and PostgreSQL by database. The time of PostgreSQL's own
/// processes, and of backends that end before they are seen, is reported as that of its other processes. The backends of the benchmark
/// itself do not count.
/// </summary>
internal sealed class ProcessorClock : IAsyncDisposable
{
    private const string Postgres = "postgres", Others = "PostgreSQL, other processes";
    private const string Backends = $"""
        select pid, case when application_name = '{PrivateSystem.ApplicationName}' then '{PrivateSystem.ApplicationName}' else datname end
        from pg_stat_activity where datname is not null
        """;

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(PrivateSystem.ConnectionString("postgres"));
    private readonly BackendTimes _backends = new();
    private readonly SemaphoreSlim _sampling = new(1);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(1));
    private readonly IReadOnlyList<ProcessStatus> _processes;
    private readonly Task _polling;

    private ProcessorClock(IReadOnlyList<ProcessStatus> processes) => (_processes, _polling) = (processes, Poll());

    public static async Task<ProcessorClock> Start() =>
        new([.. (await PrivateSystem.Processes()).Where(p => p.Pid > 0 && p.Name != "epmd")]);

    /// <summary>Measures what the platform uses while <paramref name="work"/> runs.</summary>
    public async Task<Consumption> Measure(Func<Task> work)
    {
        var before = await Read();
        await work();
        return Consumption.Between(before, await Read());
    }

    /// <summary>Measures the idle platform.</summary>
    public Task<Consumption> MeasureIdle(int seconds) => Measure(() => Task.Delay(TimeSpan.FromSeconds(seconds)));

    private async Task<Reading> Read()
    {
        var databases = await Sample();
        var (all, at) = (ProcessStat.ReadAll(), _watch.Elapsed);
        var used = _processes.Where(p => p.Name != Postgres).ToDictionary(p => Part(p.Name), p => ProcessStat.OfTree(p.Pid!.Value, all));
        foreach (var (database, time) in databases)
            if (database != PrivateSystem.ApplicationName) used[$"PostgreSQL, {database}"] = time;
        used[Others] = databases.Values.Aggregate(
            ProcessStat.OfTree(_processes.Single(p => p.Name == Postgres).Pid!.Value, all), (left, time) => left - time);
        await using var position = _database.CreateCommand("select (pg_current_wal_lsn() - '0/0')::bigint");
        return new Reading(at, used, (long)(await position.ExecuteScalarAsync())!);
    }

    /// <summary>Reads the backends each second, because those that end take their database with them.</summary>
    private async Task Poll()
    {
        while (await _timer.WaitForNextTickAsync()) await Sample();
    }

    private async Task<Dictionary<string, TimeSpan>> Sample()
    {
        await _sampling.WaitAsync();
        try
        {
            await using var command = _database.CreateCommand(Backends);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                if (ProcessStat.Read(reader.GetInt32(0)) is { } backend) _backends.Add(reader.GetString(1), backend);
            return _backends.ByDatabase();
        }
        finally
        {
            _sampling.Release();
        }
    }

    private static string Part(string process) => process == "rabbitmq" ? "RabbitMQ" : process.Replace("-1", "", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _polling;
        await _database.DisposeAsync();
        _sampling.Dispose();
    }
}
