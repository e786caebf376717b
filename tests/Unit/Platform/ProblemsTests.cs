using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Platform.Postgres;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class ProblemsTests
{
    public static TheoryData<Exception, int> Kinds { get; } = new()
    {
        { new Malformed("title", "must not be blank"), 400 },
        { new NotFound("No such thing."), 404 },
        { new Forbidden("Not yours."), 403 },
        { new Rejected("Not now."), 409 },
        { new Stale(1, 2), 412 },
        { new VersionRequired(2), 428 },
        { new Contention("section-news"), 503 },
        { new TooLarge(1000), 413 },
        { new BadHttpRequestException("bad", 400), 400 },
        { new BadHttpRequestException("bad", 413), 413 },
        { new BadHttpRequestException("bad", 415), 415 },
        { new BadHttpRequestException("bad", new JsonException("wrong", "$.title", 1, 1)), 400 },
        { new NpgsqlException("gone", new IOException()), 503 },
        { new NpgsqlException("No suitable host was found."), 503 },
        { new PostgresException("cannot execute INSERT in a read-only transaction", "ERROR", "ERROR", "25006"), 503 },
        { new PostgresException("the database system is in recovery mode", "FATAL", "FATAL", "57P03"), 503 },
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void Every_rejection_has_a_status_and_a_reason(Exception no, int status)
    {
        var problem = StoreProblems.ToProblem(no)!;
        Assert.Equal(status, problem.Status);
        Assert.StartsWith("urn:problem-type:", problem.Type, StringComparison.Ordinal);
        Assert.False(string.IsNullOrWhiteSpace(problem.Title) || string.IsNullOrWhiteSpace(problem.Detail));
    }

    [Fact]
    public void An_unexpected_exception_is_not_reported_as_the_callers_mistake() =>
        Assert.Null(StoreProblems.ToProblem(new InvalidOperationException("a bug")));

    [Theory]
    [InlineData("{\"name\":1}", "wrong type")]
    [InlineData("{}", "is missing 'name'")]
    [InlineData("{\"name\":null}", "$.name: must not be null")]
    [InlineData("{\"name\":\"a\",\"nme\":1}", "'nme'")]
    [InlineData("{\"name\":", "Expected depth to be zero")]
    [InlineData("nonsense", "invalid JSON literal")]
    public void The_error_of_an_invalid_body_does_not_name_internal_types(string body, string says)
    {
        var cause = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Sent>(body, Json.Http));
        var problem = StoreProblems.ToProblem(new BadHttpRequestException("bad", cause))!;
        Assert.Contains(says, problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(Sent), problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_body_is_reported_as_such()
    {
        const string message = "Implicit body inferred for parameter \"request\" but no body was provided. Did you mean to use a Service?";
        var problem = Problems.ToProblem(new BadHttpRequestException(message))!;
        Assert.Equal((400, "body: is missing; send it as application/json"), (problem.Status, problem.Detail));
    }

    private sealed record Sent(string Name);
}

public class ExpectedTests
{
    [Fact]
    public void The_expected_version_must_be_the_current_one() => Assert.Throws<Stale>(() => Expected.Exactly(1).Check(2, changes: false));

    [Fact]
    public void A_caller_without_a_version_cannot_change_an_existing_resource() =>
        Assert.Throws<VersionRequired>(() => Expected.Nothing.Check(1, changes: true));

    [Fact]
    public void Matching_expectations_pass()
    {
        Expected.Any.Check(7, changes: true);
        Expected.Exactly(7).Check(7, changes: true);
        Expected.Nothing.Check(7, changes: false);
        Expected.Nothing.Check(0, changes: true);
    }
}
