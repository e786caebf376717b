using System.Security.Cryptography;
using global::Platform.Hosting;
using Kit;
using Xunit;

namespace Unit.Platform;

public class VisitorTokenTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void Who_brings_their_token_is_known()
    {
        var visitor = Some.Id();
        Assert.Equal(visitor, VisitorTokens.Read($"{visitor:N}.{VisitorTokens.Sign(visitor, Key)}", Key));
    }

    [Fact]
    public void Nobody_makes_a_token_of_their_own()
    {
        var (visitor, other) = (Some.Id(), Some.Id());
        string?[] forged = [null, "", ".", $"{visitor:N}", $"{visitor:N}.", $"{visitor:N}.{VisitorTokens.Sign(other, Key)}", $"{visitor:N}.{VisitorTokens.Sign(visitor, new byte[32])}", $"{visitor}.{VisitorTokens.Sign(visitor, Key)}", "a.b.c"];
        Assert.All(forged, token => Assert.Null(VisitorTokens.Read(token, Key)));
    }
}
