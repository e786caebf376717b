using System.Net;
using Microsoft.Extensions.Time.Testing;
using Portal;
using Xunit;

namespace Unit.Portal;

/// <summary>The portal goes on with another gateway if one is gone.</summary>
public sealed class GatewaysTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly FakeTimeProvider _clock = new();
    private readonly Gateways _gateways = new("http://one.example:8080 http://two.example:8080");
    private readonly Network _network = new();
    private readonly HttpClient _client;

    public GatewaysTests() =>
        _client = new(new Gateways.Handler(_gateways, Patience, _clock) { InnerHandler = _network }) { BaseAddress = _gateways.Addresses[0] };

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task All_requests_go_to_one_gateway_while_it_answers()
    {
        await Get();
        await Get();
        Assert.Equal(["one.example", "one.example"], _network.Asked);
    }

    [Fact]
    public async Task A_gateway_that_is_gone_is_left_for_good_until_the_next_is_gone()
    {
        _network.Refuses = HttpRequestError.ConnectionError;
        _network.Gone = "one.example";
        await Get();
        await Get();
        Assert.Equal(["one.example", "two.example", "two.example"], _network.Asked);

        _network.Gone = "two.example";
        await Get();
        Assert.Equal("one.example", _network.Asked[^1]);
    }

    [Fact]
    public async Task A_write_that_reached_no_gateway_is_sent_to_the_next()
    {
        (_network.Gone, _network.Refuses) = ("one.example", HttpRequestError.ConnectionError);
        Assert.Equal(HttpStatusCode.OK, (await _client.PostAsync("/api/x", new StringContent("text"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("text", _network.Body);
    }

    [Fact]
    public async Task A_write_that_may_have_been_done_is_not_sent_again()
    {
        (_network.Gone, _network.Refuses) = ("one.example", HttpRequestError.ResponseEnded);
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.PostAsync("/api/x", new StringContent("text"), TestContext.Current.CancellationToken));
        Assert.Equal(["one.example"], _network.Asked);
    }

    [Fact]
    public async Task A_write_with_a_key_is_sent_again()
    {
        (_network.Gone, _network.Refuses) = ("one.example", HttpRequestError.ResponseEnded);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/x") { Content = new StringContent("text"), Headers = { { "Idempotency-Key", "k" } } };
        Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(["one.example", "two.example"], _network.Asked);
    }

    [Fact]
    public async Task A_gateway_that_never_answers_is_given_up_in_time()
    {
        _network.Silent = "one.example";
        var asked = Get();
        _clock.Advance(Patience);
        await asked;
        Assert.Equal(["one.example", "two.example"], _network.Asked);
    }

    [Fact]
    public async Task Without_any_gateway_the_failure_is_reported()
    {
        (_network.Gone, _network.Refuses) = (".example", HttpRequestError.ConnectionError);
        await Assert.ThrowsAsync<HttpRequestException>(Get);
        Assert.Equal(2, _network.Asked.Count);
    }

    [Theory]
    [InlineData(" "), InlineData("gateway:8080"), InlineData("http://one.example two")]
    public void Addresses_that_are_none_are_refused(string addresses) =>
        Assert.Contains("Gateway:Address", Assert.Throws<InvalidOperationException>(() => new Gateways(addresses)).Message, StringComparison.Ordinal);

    private async Task Get() => (await _client.GetAsync("/api/x?a=1", TestContext.Current.CancellationToken)).Dispose();

    private sealed class Network : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];
        public string? Gone { get; set; }
        public string? Silent { get; set; }
        public HttpRequestError Refuses { get; set; }
        public string? Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var host = request.RequestUri!.Host;
            Asked.Add(host);
            if (Gone is not null && host.Contains(Gone, StringComparison.Ordinal)) throw new HttpRequestException(Refuses);
            if (host == Silent) await Task.Delay(Timeout.Infinite, cancellationToken);
            Body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
            return new(HttpStatusCode.OK);
        }
    }
}
