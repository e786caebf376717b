using Articles.Exchange;
using Marten.Exceptions;
using Npgsql;
using Platform.Web;
using Xunit;

namespace Unit.Articles;

public class ImporterTests
{
    private static readonly NpgsqlException Unavailable = new("gone", new IOException());

    [Fact]
    public void An_unavailable_store_ends_an_import_even_if_its_error_is_wrapped()
    {
        Exception[] errors =
        [
            Unavailable,
            new MartenCommandException(new NpgsqlCommand(), Unavailable),
            new AggregateException(new InvalidOperationException("x", Unavailable)),
        ];
        foreach (var error in errors)
        {
            var result = Importer.Rejection(7, null, error)!;
            Assert.Equal((7, "failed"), (result.Line, result.Result));
            Assert.Contains("Send this line and those after it again", result.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_rejected_article_is_reported_with_the_field_and_the_reason()
    {
        Assert.Equal("title: is empty", Importer.Rejection(1, null, new Malformed("title", "is empty"))!.Problem);
        Assert.Equal(new(2, Guid.Empty, "rejected", "Not now."), Importer.Rejection(2, Guid.Empty, new Rejected("Not now.")));
        Assert.Equal("rejected", Importer.Rejection(3, null, new System.Text.Json.JsonException("wrong"))!.Result);
    }

    [Fact]
    public void The_details_of_an_internal_error_are_not_reported_to_the_client() =>
        Assert.Null(Importer.Rejection(1, null, new InvalidOperationException("a bug")));
}
