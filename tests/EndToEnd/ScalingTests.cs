using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>An operator scales a service while readers read.</summary>
public class ScalingTests(RunningPlatform platform) : BreakingTests(platform)
{
    [Fact]
    public async Task Scaling_to_three_and_back_fails_no_read_and_no_write()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
        await using var load = new Load(Platform.Reader, await Platform.Token("editor"), article);
        try
        {
            await Platform.Script("scale", "articles=3", "comments=3");
            await load.GoesOn("all replicas serve");
        }
        finally
        {
            await Platform.Script("scale", "articles=1", "comments=1");
        }
        await load.GoesOn("one serves");
        await load.Stop();

        Assert.DoesNotContain(
            await Platform.Status(),
            p => p.Name.EndsWith("-2", StringComparison.Ordinal) || p.Name.EndsWith("-3", StringComparison.Ordinal));
        Assert.Empty(load.Failures);
        Assert.Equal(load.Written.Order(), (await Platform.Reader.CommentIds(article)).Order());
    }

    [Fact]
    public async Task A_new_build_and_the_way_back_replace_each_process_and_fail_no_read_and_lose_no_write()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
        string[] rebuilt = ["articles-1", "gateway"];
        // Its time is a part of what tells one build from another.
        var another = DateTime.UnixEpoch.AddSeconds(Random.Shared.Next(1, 1_000_000_000));
        foreach (var program in new[] { "services/Articles/bin/Release/net10.0/Articles.dll", "gateway/bin/Release/net10.0/Gateway.dll" })
            File.SetLastWriteTimeUtc(Path.Combine(RunningPlatform.Root, program), another);
        var before = (await Platform.Status()).ToDictionary(p => p.Name, p => p.Pid);
        await using var load = new Load(Platform.Reader, await Platform.Token("editor"), article, repeatsWrites: true);
        foreach (var command in new[] { "up", "rollback" })
        {
            await load.GoesOn("the processes serve");
            await Platform.Script(command);
            var after = (await Platform.Status()).ToDictionary(p => p.Name, p => p.Pid);
            Assert.Equal(before.Keys.Order(), after.Keys.Order());
            Assert.Equal(rebuilt, after.Where(p => p.Value != before[p.Key]).Select(p => p.Key).Order());
            before = after;
        }
        await load.GoesOn("the first ones serve again");
        await load.Stop();
        Assert.Empty(load.Failures);
        Assert.Equal(load.Written.Order(), (await Platform.Reader.CommentIds(article)).Order());
    }

    [Fact]
    public async Task Killing_one_of_three_replicas_fails_no_read()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
        await Platform.Script("scale", "articles=3");
        try
        {
            await using var load = new Load(Platform.Reader, await Platform.Token("editor"), article, writes: false);
            await load.GoesOn("three serve");
            RunningPlatform.Kill(await Platform.Status("articles-2"));
            await load.GoesOn("two serve, and then three again");
            await load.Stop();
            Assert.Empty(load.Failures);
        }
        finally
        {
            await Platform.Script("scale", "articles=1");
        }
    }

    [Fact]
    public async Task Killing_replicas_ten_times_fails_no_read_through_either_gateway()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
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
                    "the supervisor starts it again",
                    Patience);
            }
            await one.GoesOn("the first gateway answers");
            await two.GoesOn("the second gateway answers");
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

    /// <summary>Clients that read past the cache as fast as they are answered, and one that comments, until told to stop.</summary>
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
        /// With <paramref name="token"/> no read is answered by the gateway's cache. With <paramref name="repeatsWrites"/> a write whose
        /// connection broke is sent again under its key, as clients should.
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

        /// <summary>300 more reads are answered.</summary>
        public Task GoesOn(string because)
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

        /// <summary>The status of the answer; null if the connection broke.</summary>
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
