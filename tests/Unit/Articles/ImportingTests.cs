using Articles;
using Marten.Exceptions;
using Npgsql;
using Platform.EventSourcing;
using Platform.Hosting;
using Xunit;

namespace Unit.Articles;

public class ImportingTests
{
    private static readonly NpgsqlException Gone = new("gone", new IOException());

    [Fact]
    public void A_store_that_is_unavailable_ends_an_import_however_its_error_is_wrapped()
    {
        Exception[] errors =
        [
            Gone,
            new MartenCommandException(new NpgsqlCommand(), Gone),
            new AggregateException(new InvalidOperationException("x", Gone)),
        ];
        foreach (var error in errors)
        {
            var result = Importing.Refused(7, null, error)!;
            Assert.Equal((7, "failed"), (result.Line, result.Result));
            Assert.Contains("Send this line and those after it again", result.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_article_that_is_refused_is_reported_with_its_field_and_reason()
    {
        Assert.Equal("title: is empty", Importing.Refused(1, null, new Malformed("title", "is empty"))!.Problem);
        Assert.Equal(new(2, Guid.Empty, "rejected", "Not now."), Importing.Refused(2, Guid.Empty, new Rejected("Not now.")));
        Assert.Equal("rejected", Importing.Refused(3, null, new System.Text.Json.JsonException("wrong"))!.Result);
    }

    [Fact]
    public void A_fault_of_the_service_is_not_explained_to_the_sender() =>
        Assert.Null(Importing.Refused(1, null, new InvalidOperationException("a bug")));
}
