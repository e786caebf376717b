using Platform.Postgres;
using Xunit;

namespace Unit.Platform;

public class PoolTests
{
    [Theory]
    [InlineData("Host=localhost", 20)]
    [InlineData("Host=localhost;Maximum Pool Size=7", 7)]
    [InlineData("Host=localhost;Maximum Pool Size=90", 90)]
    public void A_process_opens_at_most_20_connections_unless_the_setting_says_otherwise(string connection, int most) =>
        Assert.Equal(most, DatabaseConnection.Pool(connection, "articles-1").MaxPoolSize);

    [Theory]
    [InlineData("Host=localhost")]
    [InlineData("Host=localhost;Timezone=Asia/Shanghai")]
    [InlineData("Host=one,other;Target Session Attributes=any")]
    public void Every_session_uses_UTC_and_the_primary(string connection)
    {
        var settings = DatabaseConnection.Pool(connection, "articles-1");
        Assert.Equal(("UTC", null), (settings.Timezone, settings.TargetSessionAttributes));
    }

    [Theory]
    [InlineData("Host=localhost", 5, 1)]
    [InlineData("Host=localhost;Tcp Keepalive Time=30;Tcp Keepalive Interval=10", 30, 10)]
    [InlineData("Host=/run/postgresql", 0, 0)]
    public void Keepalives_detect_a_lost_host_on_idle_connections(string connection, int time, int interval)
    {
        var settings = DatabaseConnection.Pool(connection, "articles-1");
        Assert.Equal((time, interval), (settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval));
    }

    [Theory]
    [InlineData("7 00000002", true)]
    [InlineData("7 00000001", false)]
    [InlineData("8 00000009", false)]
    public void A_server_has_been_replaced_if_a_server_of_its_cluster_has_a_later_timeline(string other, bool replaced) =>
        Assert.Equal(replaced, PrimaryServer.Parse("7 00000001")!.WasReplacedBy(PrimaryServer.Parse(other)!));

    [Fact]
    public void Timelines_are_parsed_as_hexadecimal() => Assert.Equal(new PrimaryServer("7", 26), PrimaryServer.Parse("7 0000001A"));

    [Fact]
    public void A_standby_is_not_a_primary() => Assert.Null(PrimaryServer.Parse(null));
}
