using Microsoft.Extensions.Configuration;
using Platform.Messaging;
using Xunit;

namespace Unit.Platform;

public class QuorumSizeTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("3", 3)]
    public void The_quorum_size_is_the_default_of_the_broker_unless_it_is_set(string? setting, int? size) =>
        Assert.Equal(size, With(setting).QuorumSize());

    [Theory]
    [InlineData("0")]
    [InlineData("three")]
    public void An_invalid_quorum_size_is_rejected(string setting) =>
        Assert.Contains(
            "Broker:QuorumSize", Assert.Throws<InvalidOperationException>(() => With(setting).QuorumSize()).Message);

    private static IConfiguration With(string? size) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Broker:QuorumSize", size)]).Build();
}
