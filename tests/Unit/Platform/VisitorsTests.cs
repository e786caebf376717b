using Microsoft.AspNetCore.Http;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class VisitorsTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64")]
    [InlineData("2001:0DB8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("fe80::1%2", "fe80::/64")]
    [InlineData("a name", "a name")]
    [InlineData("", "")]
    public void A_client_is_identified_by_its_IPv4_address_or_its_IPv6_network(string address, string network) =>
        Assert.Equal(network, Visitors.Network(address));

    [Theory]
    [InlineData(null, "::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData(null, "2001:db8::1", "2001:db8::/64")]
    [InlineData("2001:db8::1:2", "192.0.2.1", "2001:db8::/64")]
    public void A_client_behind_the_gateway_is_identified_by_the_forwarded_address(string? forwarded, string remote, string client)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(remote);
        if (forwarded is not null) http.Request.Headers["X-Forwarded-For"] = forwarded;
        Assert.Equal(client, Visitors.Client(http));
    }

    [Fact]
    public void The_number_of_rate_limiters_is_bounded_for_any_number_of_addresses()
    {
        var limiters = Enumerable.Range(0, 200_000).Select(n => Visitors.Limiter($"client {n}")).ToHashSet();
        Assert.InRange(limiters.Count, 50_000, Visitors.MostLimiters);
        Assert.All(limiters, limiter => Assert.InRange(limiter, 0, Visitors.MostLimiters - 1));
    }
}
