using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Scaling, upgrading and killing replicas while clients read and write.</summary>
public class ScalingTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    [Fact]
    public async Task No_read_or_write_fails_while_a_service_is_scaled_up_and_down()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        await using var load = new Load(Platform.Reader, await Platform.Token("editor"), article);
        try
        {
            await Platform.Script("scale", "articles=3", "comments=3");
            await load.KeepsServing("reads succeed with three replicas");
        }
        finally
        {
            await Platform.Script("scale", "articles=1", "comments=1");
        }
        await load.KeepsServing("reads succeed with one replica");
        await load.Stop();

        Assert.DoesNotContain(
            await Platform.Status(),
            p => p.Name.EndsWith("-2", StringComparison.Ordinal) || p.Name.EndsWith("-3", StringComparison.Ordinal));
        Assert.Empty(load.Failures);
        Assert.Equal(load.Written.Order(), (await Platform.Reader.CommentIds(article)).Order());
    }

    [Fact]
    public async Task No_read_fails_and_no_write_is_lost_during_an_upgrade_and_a_rollback()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        string[] rebuilt = ["articles-1", "gateway"];
        // The modification time of a program is one of the properties by which the script recognises a new build.
        var another = DateTime.UnixEpoch.AddSeconds(Random.Shared.Next(1, 1_000_000_000));
        foreach (var program in new[] { "services/Articles/bin/Release/net10.0/Articles.dll", "gateway/bin/Release/net10.0/Gateway.dll" })
            File.SetLastWriteTimeUtc(Path.Combine(RunningPlatform.Root, program), another);
        var before = (await Platform.Status()).ToDictionary(p => p.Name, p => p.Pid);
        await using var load = new Load(Platform.Reader, await Platform.Token("editor"), article, repeatsWrites: true);
        foreach (var command in new[] { "up", "rollback" })
        {
            await load.KeepsServing("reads succeed before the next command");
            await Platform.Script(command);
            var after = (await Platform.Status()).ToDictionary(p => p.Name, p => p.Pid);
            Assert.Equal(before.Keys.Order(), after.Keys.Order());
            Assert.Equal(rebuilt, after.Where(p => p.Value != before[p.Key]).Select(p => p.Key).Order());
            before = after;
        }
        await load.KeepsServing("reads succeed after the rollback");
        await load.Stop();
        Assert.Empty(load.Failures);
        Assert.Equal(load.Written.Order(), (await Platform.Reader.CommentIds(article)).Order());
    }

    [Fact]
    public async Task No_read_fails_if_one_of_three_replicas_is_killed()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        await Platform.Script("scale", "articles=3");
        try
        {
            await using var load = new Load(Platform.Reader, await Platform.Token("editor"), article, writes: false);
            await load.KeepsServing("reads succeed with three replicas");
            RunningPlatform.Kill(await Platform.Status("articles-2"));
            await load.KeepsServing("reads succeed with two replicas, and then with three");
            await load.Stop();
            Assert.Empty(load.Failures);
        }
        finally
        {
            await Platform.Script("scale", "articles=1");
        }
    }

    [Fact]
    public async Task No_read_through_either_gateway_fails_if_replicas_are_killed_ten_times()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        await Platform.Script("scale", "comments=2", "gateway=2");
        try
        {
            using var other = await Platform.Directly("gateway-2");
            var token = await Platform.Token("editor");
            await using Load one = new(Platform.Reader, token, article, writes: false), two = new(other, token, article, writes: false);
            for (var kill = 0; kill < 10; kill++)
            {
                var replica = await Platform.Status($"comments-{kill % 2 + 1}");
                RunningPlatform.Kill(replica);
                await Eventually.IsTrue(
                    async () => await Platform.Status(replica.Name) is { Ready: true } again && again.Pid != replica.Pid,
                    "the supervisor restarts the replica",
                    Patience);
            }
            await one.KeepsServing("reads succeed through the first gateway");
            await two.KeepsServing("reads succeed through the second gateway");
            await one.Stop();
            await two.Stop();
            TestContext.Current.TestOutputHelper?.WriteLine($"{one.Reads} and {two.Reads} reads");
            Assert.Empty(one.Failures.Concat(two.Failures));
        }
        finally
        {
            await Platform.Script("scale", "comments=1", "gateway=1");
        }
    }

    /// <summary>
    /// Clients that bypass the cache and read as fast as they get answers, and one that posts comments, until they are stopped.
    /// </summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly HttpClient _reader;
        private readonly string _token;
        private readonly Guid _article;
        private readonly bool _repeatsWrites;
        private readonly Task[] _running;
        private int _reads;

        /// <summary>
        /// Starts the clients. Because of <paramref name="token"/>, the gateway answers no read from its cache. With
        /// <paramref name="repeatsWrites"/>, a write whose connection failed is repeated under its key, as clients should do.
        /// </summary>
        public Load(
            HttpClient reader,
            string token,
            Guid article,
            bool writes = true,
            bool repeatsWrites = false)
        {
            (_reader, _token, _article, _repeatsWrites) = (reader, token, article, repeatsWrites);
            string[] paths = ["/api/articles", $"/api/articles/{article}", $"/api/articles/{article}/comments"];
            _running = [.. paths.Select(path => Task.Run(() => Read(path))), .. writes ? new[] { Task.Run(Write) } : []];
        }

        public int Reads => Volatile.Read(ref _reads);
        public ConcurrentBag<string> Failures { get; } = [];
        public ConcurrentBag<Guid> Written { get; } = [];

        /// <summary>Waits until 300 more reads have been answered.</summary>
        public Task KeepsServing(string because)
        {
            var soFar = Volatile.Read(ref _reads);
            return Eventually.IsTrue(() => Task.FromResult(Volatile.Read(ref _reads) > soFar + 300), because, Patience);
        }

        public async Task Stop()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_running);
        }

        public async ValueTask DisposeAsync()
        {
            await Stop();
            _stop.Dispose();
        }

        private async Task Read(string path)
        {
            while (!_stop.IsCancellationRequested)
            {
                var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Authorization", $"Bearer {_token}" } } };
                await Send(request, HttpStatusCode.OK);
                Interlocked.Increment(ref _reads);
            }
        }

        private async Task Write()
        {
            while (!_stop.IsCancellationRequested)
            {
                var id = Guid.CreateVersion7();
                HttpStatusCode? answer;
                do answer = await Send(Comment(id), HttpStatusCode.Created);
                while (answer is null && _repeatsWrites);
                if (answer == HttpStatusCode.Created) Written.Add(id);
            }
        }

        private HttpRequestMessage Comment(Guid id) => new(HttpMethod.Post, $"/api/articles/{_article}/comments")
        {
            Content = JsonContent.Create(new { author = "Reader", text = $"Comment {id}" }),
            Headers = { { "Idempotency-Key", $"{id}" } },
        };

        /// <summary>The status of the response; null if the connection failed.</summary>
        private async Task<HttpStatusCode?> Send(HttpRequestMessage request, HttpStatusCode expected)
        {
            using (request)
            {
                try
                {
                    using var answer = await _reader.SendAsync(request, Cancelled);
                    if (answer.StatusCode != expected)
                    {
                        var text = await answer.Content.ReadAsStringAsync(Cancelled);
                        Failures.Add($"{request.Method} {request.RequestUri}: {(int)answer.StatusCode} {text}");
                    }
                    return answer.StatusCode;
                }
                catch (HttpRequestException e)
                {
                    if (request.Method == HttpMethod.Get || !_repeatsWrites)
                        Failures.Add($"{request.Method} {request.RequestUri}: {e.Message}");
                    return null;
                }
            }
        }
    }
}
