using Platform.Hosting;
using Xunit;

namespace Unit.Platform;

public class PoolTests
{
    [Theory]
    [InlineData("Host=localhost", 20)]
    [InlineData("Host=localhost;Maximum Pool Size=7", 7)]
    [InlineData("Host=localhost;Maximum Pool Size=90", 90)]
    public void A_process_opens_so_many_connections_and_no_more(string connection, int most) =>
        Assert.Equal(most, Connecting.Pool(connection, "articles-1").MaxPoolSize);
}
