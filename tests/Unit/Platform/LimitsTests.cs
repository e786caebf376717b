using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Platform.Hosting;
using Xunit;

namespace Unit.Platform;

public class LimitsTests
{
    [Fact]
    public void A_host_limits_the_time_of_every_regular_expression()
    {
        WebApplication.CreateSlimBuilder().AddEdge("test");
        Assert.Equal(Limits.Matching, AppContext.GetData("REGEX_DEFAULT_MATCH_TIMEOUT"));
    }

    [Fact]
    public void A_text_that_takes_too_long_to_match_is_the_callers_to_change() =>
        Assert.Equal(400, Problems.ToProblem(new RegexMatchTimeoutException())!.Status);
}
