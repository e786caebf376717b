using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Npgsql;
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

    [Fact]
    public void A_statement_that_PostgreSQL_ends_for_its_time_is_to_be_asked_again_later()
    {
        var ended = new PostgresException("statement timeout", "ERROR", "ERROR", PostgresErrorCodes.QueryCanceled);
        var problem = Problems.ToProblem(new InvalidOperationException("wrapped", ended))!;
        Assert.Equal((503, "urn:problem-type:query-timeout"), (problem.Status, problem.Type));
    }
}
