using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Platform.Postgres;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class LimitsTests
{
    [Fact]
    public void A_host_sets_a_timeout_for_all_regular_expressions()
    {
        WebApplication.CreateSlimBuilder().AddEdge("test");
        Assert.Equal(Limits.Matching, AppContext.GetData("REGEX_DEFAULT_MATCH_TIMEOUT"));
    }

    [Fact]
    public void A_regular_expression_timeout_is_reported_as_400() =>
        Assert.Equal(400, StoreProblems.ToProblem(new RegexMatchTimeoutException())!.Status);

    [Fact]
    public void A_statement_timeout_of_PostgreSQL_is_reported_as_503()
    {
        var ended = new PostgresException("statement timeout", "ERROR", "ERROR", PostgresErrorCodes.QueryCanceled);
        var problem = StoreProblems.ToProblem(new InvalidOperationException("wrapped", ended))!;
        Assert.Equal((503, "urn:problem-type:query-timeout"), (problem.Status, problem.Type));
    }
}
