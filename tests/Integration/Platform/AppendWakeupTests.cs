using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.EventSourcing;
using Xunit;

namespace Integration.Platform;

[Collection<ArticlesService>]
public class AppendWakeupTests(ArticlesService service)
{
    [Fact]
    public async Task What_is_signalled_while_nobody_waits_wakes_who_waits_next()
    {
        var database = service.Services.GetRequiredService<NpgsqlDataSource>();
        using var wakeup = ActivatorUtilities.CreateInstance<AppendWakeup>(service.Services);
        await wakeup.StartAsync(TestContext.Current.CancellationToken);
        await Woken(wakeup); // it listens
        await using var witness = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using (var listen = new NpgsqlCommand($"listen {AppendSignal.ChannelName}", witness)) await listen.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        for (var round = 0; round < 5; round++)
        {
            await using (var notify = database.CreateCommand($"notify {AppendSignal.ChannelName}")) await notify.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await witness.WaitAsync(TestContext.Current.CancellationToken);
            await Woken(wakeup);
        }
        await wakeup.StopAsync(TestContext.Current.CancellationToken);
    }

    private static Task Woken(AppendWakeup wakeup) =>
        wakeup.WaitAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
