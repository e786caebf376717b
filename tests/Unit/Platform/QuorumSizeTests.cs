using Microsoft.Extensions.Configuration;
using Platform.Hosting;
using Xunit;

namespace Unit.Platform;

public class QuorumSizeTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("3", 3)]
    public void The_size_of_queues_is_the_brokers_default_unless_it_is_set(string? setting, int? size) =>
        Assert.Equal(size, With(setting).QuorumSize());

    [Theory]
    [InlineData("0")]
    [InlineData("three")]
    public void A_size_that_is_no_number_of_nodes_is_refused(string setting) =>
        Assert.Contains(
            "Broker:QuorumSize", Assert.Throws<InvalidOperationException>(() => With(setting).QuorumSize()).Message);

    private static IConfiguration With(string? size) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Broker:QuorumSize", size)]).Build();
}
