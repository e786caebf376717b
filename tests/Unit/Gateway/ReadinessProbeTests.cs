using Gateway.Edge;
using Xunit;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Unit.Gateway;

public class ReadinessProbeTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5401", "http://127.0.0.1:5401/health/ready?checks=ready")]
    [InlineData("http://127.0.0.1:5401/", "http://127.0.0.1:5401/health/ready?checks=ready")]
    [InlineData(null, "http://127.0.0.1:5001/health/ready?checks=ready")]
    public void A_probe_asks_the_operator_port_only_for_the_checks_that_decide(string? health, string expected)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        var cluster = new ClusterModel(
            new ClusterConfig { ClusterId = "articles", HealthCheck = new() { Active = new() { Path = "/health/ready" } } }, http);
        var replica = new DestinationModel(new DestinationConfig { Address = "http://127.0.0.1:5001/", Health = health });
        using var probe = new ReadinessProbe().CreateRequest(cluster, replica);
        Assert.Equal((HttpMethod.Get, expected), (probe.Method, probe.RequestUri!.AbsoluteUri));
    }
}
