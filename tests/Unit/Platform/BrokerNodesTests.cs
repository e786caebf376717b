using Microsoft.Extensions.Configuration;
using Platform.Messaging;
using Xunit;

namespace Unit.Platform;

public class BrokerNodesTests
{
    private const string Key = "ConnectionStrings:RabbitMq";

    [Theory]
    [InlineData("amqp://u:p@host:5673/", "amqp://u:p@host:5673/")]
    [InlineData("amqp://u:p@host", "amqp://u:p@host:5672/")]
    [InlineData("amqp://u:p%40@one,two:5673,three/v", "amqp://u:p%40@one:5672/v amqp://u:p%40@two:5673/v amqp://u:p%40@three:5672/v")]
    [InlineData("amqps://u:p@one,two/", "amqps://u:p@one:5671/ amqps://u:p@two:5671/")]
    public void The_broker_setting_lists_one_or_more_nodes(string setting, string nodes) =>
        Assert.Equal(nodes, string.Join(' ', With(setting).BrokerNodes().Select(n => n.AbsoluteUri)));

    [Theory]
    [InlineData("host:5672")]
    [InlineData("amqp://u:secret@one,,two/")]
    [InlineData("amqp://u:secret@one:port/")]
    public void An_invalid_broker_setting_is_rejected_and_the_error_omits_the_password(string setting)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => With(setting).BrokerNodes());
        Assert.Contains("amqp://user:password@host1:port,host2:port/", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    private static IConfiguration With(string setting) => new ConfigurationBuilder().AddInMemoryCollection([new(Key, setting)]).Build();
}
