using System.Net;
using Microsoft.Extensions.Configuration;
using Portal;
using Xunit;

namespace Unit.Portal;

/// <summary>Failover between two gateways.</summary>
public sealed class GatewayAddressTests
{
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(2);
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
    private readonly List<string> _asked = [];

    [Fact]
    public async Task The_first_gateway_is_used_while_it_responds()
    {
        using var client = Client(_ => Task.FromResult(HttpStatusCode.OK));
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/en?x=1", Cancelled)).StatusCode);
        Assert.Equal(["http://one:1/en?x=1", "http://one:1/en?x=1"], _asked);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_request_is_retried_at_the_next_gateway_if_one_is_unreachable(string method)
    {
        using var client = Client(uri =>
            uri.Host == "one" ? throw new HttpRequestException(HttpRequestError.ConnectionError) : Task.FromResult(HttpStatusCode.OK));
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(new(new(method), "/x"), Cancelled)).StatusCode);
        Assert.Equal(["http://one:1/x", "http://two:2/x", "http://two:2/x"], _asked);
    }

    [Fact]
    public async Task A_write_is_retried_at_the_next_gateway_if_the_connection_times_out()
    {
        using var client = Client(uri =>
            uri.Host == "one" ? throw new TaskCanceledException("", new TimeoutException()) : Task.FromResult(HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/x", null, Cancelled)).StatusCode);
        Assert.Equal(["http://one:1/x", "http://two:2/x"], _asked);
    }

    [Fact]
    public async Task A_read_is_retried_at_the_next_gateway_if_the_response_is_incomplete()
    {
        _content = uri => uri.Host == "one" ? new StreamContent(new BreakingOff()) : new StringContent("whole");
        using var client = Client(_ => Task.FromResult(HttpStatusCode.OK));
        Assert.Equal("whole", await client.GetStringAsync("/x", Cancelled));
        Assert.Equal(["http://one:1/x", "http://two:2/x"], _asked);
    }

    [Fact]
    public async Task A_read_is_retried_at_the_next_gateway_if_one_is_frozen()
    {
        using var client = Client(async uri =>
        {
            if (uri.Host == "one") await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _share);
            return HttpStatusCode.OK;
        });
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/x", Cancelled)).StatusCode);
        Assert.Equal(["http://one:1/x", "http://two:2/x"], _asked);
    }

    [Fact]
    public async Task A_write_that_may_have_been_received_is_not_retried()
    {
        using var client = Client(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("/x", null, Cancelled));
        Assert.Equal(["http://one:1/x"], _asked);
    }

    [Fact]
    public async Task Each_gateway_is_tried_once_if_none_responds()
    {
        using var client = Client(_ => throw new HttpRequestException(HttpRequestError.ConnectionError));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/x", Cancelled));
        Assert.Equal(["http://one:1/x", "http://two:2/x"], _asked);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private CancellationToken _share;

    private Func<Uri, HttpContent?> _content = _ => null;

    private HttpClient Client(Func<Uri, Task<HttpStatusCode>> answer)
    {
        _configuration["Gateway:Address"] = "http://one:1  http://two:2/";
        var handler = new GatewayFailover(new GatewayAddresses(_configuration), ClientTimeout)
        {
            InnerHandler = new Answering(this, answer),
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://one:1"), Timeout = TimeSpan.FromSeconds(60) };
    }

    private sealed class Answering(GatewayAddressTests test, Func<Uri, Task<HttpStatusCode>> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._asked.Add($"{request.RequestUri}");
            test._share = cancellationToken;
            return new(await answer(request.RequestUri!)) { Content = test._content(request.RequestUri!) };
        }
    }

    private sealed class BreakingOff : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new IOException();
    }
}
