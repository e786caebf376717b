using System.Text;
using System.Text.Json;
using System.Xml;
using Marten.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Postgres;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class ImportTests
{
    private static readonly NpgsqlException Unavailable = new("gone", new IOException());
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unavailable_store_ends_an_import_even_if_its_error_is_wrapped()
    {
        Exception[] errors =
        [
            Unavailable,
            new MartenCommandException(new NpgsqlCommand(), Unavailable),
            new AggregateException(new InvalidOperationException("x", Unavailable)),
        ];
        foreach (var error in errors)
        {
            var (goesOn, result) = await Failing(7, null, error);
            Assert.False(goesOn);
            Assert.Equal((7, "failed"), (result.Line, result.Outcome));
            Assert.Contains("Send this line and those after it again", result.Why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_rejected_item_is_reported_with_the_field_and_the_reason()
    {
        Assert.Equal("title: is empty", (await Failing(1, null, new Malformed("title", "is empty"))).Result.Why);
        Assert.Equal(new(2, Guid.Empty, "rejected", "Not now."), (await Failing(2, Guid.Empty, new Rejected("Not now."))).Result);
        Assert.Equal("rejected", (await Failing(3, null, new JsonException("wrong"))).Result.Outcome);
    }

    public static TheoryData<Exception> Rejections { get; } =
    [
        new Malformed("text", "is too long"), new NotFound("No article."), new JsonException("odd"),
        new ArgumentException("from a library"),
        new MartenCommandException(
            new NpgsqlCommand(), new PostgresException("zero", "ERROR", "ERROR", PostgresErrorCodes.UntranslatableCharacter)),
    ];

    [Theory]
    [MemberData(nameof(Rejections), DisableDiscoveryEnumeration = true)]
    public async Task Only_an_unavailable_store_ends_an_import(Exception exception)
    {
        var (goesOn, result) = await Failing(7, null, exception);
        Assert.Equal((true, 7, "rejected"), (goesOn, result.Line, result.Outcome));
        Assert.False(string.IsNullOrWhiteSpace(result.Why));
    }

    [Fact]
    public async Task The_details_of_an_internal_error_are_not_reported_to_the_client()
    {
        var why = (await Failing(1, null, new InvalidOperationException("a bug"))).Result.Why;
        Assert.DoesNotContain("a bug", why, StringComparison.Ordinal);
        Assert.Contains("traceId", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_has_the_deprecated_names_of_its_properties_too()
    {
        var (import, written) = Begin("");
        await import.Add(1, item => Task.FromResult<ImportResult?>(item.Stored(true, "The slug was changed.")), Cancel);
        var result = Lines(written).Single();
        Assert.Equal(("created", "created"), (result["outcome"].GetString(), result["result"].GetString()));
        Assert.Equal(("The slug was changed.", "The slug was changed."), (result["why"].GetString(), result["problem"].GetString()));
    }

    [Fact]
    public async Task An_item_that_waits_for_another_one_is_not_reported_yet()
    {
        var (import, written) = Begin("");
        Assert.True(await import.Add(1, _ => Task.FromResult<ImportResult?>(null), Cancel));
        Assert.Empty(Lines(written));
    }

    [Fact]
    public async Task An_error_of_an_xml_file_is_reported_after_the_items_before_it()
    {
        var (import, written) = Begin("");
        Assert.True(await import.AddXml(Items(), (id, item) =>
        {
            item.Id = id;
            return Task.FromResult<ImportResult?>(item.Stored(true));
        }, Cancel));
        Assert.Equal(["1 created", "2 rejected"], Lines(written).Select(l => $"{l["line"]} {l["outcome"]}"));

        static async IAsyncEnumerable<Guid> Items()
        {
            yield return Guid.Empty;
            await Task.Yield();
            throw new XmlException("odd");
        }
    }

    [Fact]
    public async Task Blank_lines_and_a_byte_order_mark_are_ignored_and_a_line_that_is_too_long_does_not_end_the_file()
    {
        var file = $"\uFEFF[1]\r\n\n \t\n[2]\n[{new string('3', 100_000)}]\n{{\n[4]";
        var (import, _) = Begin(file);
        var lines = new List<string>();
        await foreach (var (line, read) in import.Lines<int[]>(1000, Cancel))
            try
            {
                lines.Add($"{line}: {read()[0]}");
            }
            catch (Exception e) when (e is Malformed or JsonException)
            {
                lines.Add($"{line}: {e.GetType().Name}");
            }
        Assert.Equal(["1: 1", "4: 2", "5: Malformed", "6: JsonException", "7: 4"], lines);
    }

    private static async Task<(bool GoesOn, ImportResult Result)> Failing(int line, Guid? id, Exception error)
    {
        var (import, written) = Begin("");
        var goesOn = await import.Add(line, item =>
        {
            item.Id = id;
            throw error;
        }, Cancel);
        var result = Lines(written).Single();
        return (goesOn, new(
            result["line"].GetInt32(),
            result.TryGetValue("id", out var reported) ? reported.GetGuid() : null,
            result["outcome"].GetString()!,
            result["why"].GetString()));
    }

    private static (Import Import, MemoryStream Written) Begin(string file)
    {
        var written = new MemoryStream();
        var http = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().AddSingleton<IProblemSource, Store>().BuildServiceProvider(),
        };
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(file));
        http.Response.Body = written;
        return (new Import(http), written);
    }

    private static Dictionary<string, JsonElement>[] Lines(MemoryStream written) =>
    [
        .. Encoding.UTF8.GetString(written.ToArray())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(l)!),
    ];

    private sealed class Store : IProblemSource
    {
        public ProblemDetails? ToProblem(Exception exception, string zero) => StoreProblems.ToProblem(exception, zero);
    }
}
