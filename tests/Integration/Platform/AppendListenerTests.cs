using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.EventSourcing;
using Xunit;

namespace Integration.Platform;

[Collection<ArticlesService>]
public class AppendListenerTests(ArticlesService service)
{
    [Fact]
    public async Task A_signal_that_arrives_while_the_relay_is_busy_ends_its_next_wait()
    {
        var token = TestContext.Current.CancellationToken;
        var database = service.Services.GetRequiredService<NpgsqlDataSource>();
        using var listener = new AppendListener(database);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var listening = listener.Listen(stop.Token);
        await Woken(listener); // the listener sends itself a first signal when it listens
        await using var witness = await database.OpenConnectionAsync(token);
        await using (var listen = new NpgsqlCommand($"listen {AppendSignal.ChannelName}", witness))
            await listen.ExecuteNonQueryAsync(token);

        for (var round = 0; round < 5; round++)
        {
            await using (var notify = database.CreateCommand($"notify {AppendSignal.ChannelName}"))
                await notify.ExecuteNonQueryAsync(token);
            await witness.WaitAsync(token);
            await Woken(listener);
        }
        await using (var unlisten = new NpgsqlCommand("unlisten *", witness)) await unlisten.ExecuteNonQueryAsync(token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
        Assert.False(listener.IsListening);
    }

    private static Task Woken(AppendListener listener) =>
        listener.Wait(TimeSpan.FromHours(1), TestContext.Current.CancellationToken).WaitAsync(
            TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
