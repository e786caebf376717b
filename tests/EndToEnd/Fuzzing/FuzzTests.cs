using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd.Fuzzing;

/// <summary>
/// Sends random requests to every operation of the OpenAPI document and to every page, with every role, on a separate platform. The
/// environment variables <c>FUZZ_REQUESTS</c> (default 8,000) and <c>FUZZ_SEED</c> (default 1) extend or vary a run.
/// </summary>
[Collection("one at a time")]
public sealed class FuzzTests(FuzzTests.OwnPlatform own) : IClassFixture<FuzzTests.OwnPlatform>
{
    private const int Workers = 8;
    private const int AnswersChecked = 15;

    private static readonly string[] Pages =
    [
        "/", "/{lang}", "/{lang}/articles?cursor&section", "/{lang}/articles/{slug}", "/{lang}/articles/{slug}/print",
        "/{lang}/articles/{slug}/comments?sort&cursor", "/{lang}/articles/{slug}/comments/{comment}", "/{lang}/sections/{key}?cursor",
        "/{lang}/tags/{tag}?cursor", "/{lang}/search?q&cursor&section", "/{lang}/archive", "/{lang}/archive/{month}?cursor",
        "/{lang}/rates?date&amount&from&to", "/{lang}/states?asOf", "/{lang}/contact", "/{lang}/contact/{id}", "/{lang}/feeds",
        "/{lang}/favourites", "/{lang}/{slug}", "/sitemap-{month}-{n}.xml", "/robots.txt", "/docs", "/health/ready", "/health/live",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_request_causes_a_server_error_and_every_response_matches_its_description()
    {
        var seed = Setting("FUZZ_SEED") ?? 1;
        var requests = Setting("FUZZ_REQUESTS") ?? 8_000;
        var document = JsonNode.Parse(await own.Platform.Reader.GetStringAsync("/openapi.json", Cancelled))!;
        Operation[] operations = [.. Operation.Of(document), .. Pages.Select(Operation.Page)];
        var (seen, report, sent, watch) = (new SeenValues(), new FuzzReport(AnswersChecked), 0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async worker =>
        {
            var generator = new RequestGenerator(operations, seen, seed + worker);
            while (Interlocked.Increment(ref sent) <= requests) await Send(generator.Next(), seen, report);
        }));

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {requests} requests in {watch.Elapsed.TotalSeconds:0} s. {report}");
        var unsent = operations.Select(o => o.Name).Except(report.Operations).ToArray();
        await Assert.MultipleAsync(
            () => Expect(report.Faults.IsEmpty, $"seed {seed}: {report.Faults.Count} faults\n{string.Join("\n\n", report.Faults.Values)}"),
            () => Expect(requests < 20 * operations.Length || unsent.Length == 0, $"never requested: {string.Join(", ", unsent)}"),
            () => report.MatchesTheDescription(document));
    }

    private static Task Expect(bool condition, string message)
    {
        Assert.True(condition, message);
        return Task.CompletedTask;
    }

    private async Task Send(FuzzRequest request, SeenValues seen, FuzzReport report)
    {
        var token = request.Role switch { "" => null, "invalid" => "no.real.token", var role => await own.Platform.Token(role) };
        using var message = request.Message(token);
        try
        {
            using var answer = await own.Platform.Reader.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Cancelled);
            var media = answer.Content.Headers.ContentType?.MediaType;
            // Decoding as UTF-8 is sufficient: only JSON is inspected. The sheets of the bank are in windows-1251.
            var body = media == "text/event-stream" ? "" : Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(Cancelled));
            var json = body.Length > 0 && IsJson(media) ? JsonNode.Parse(body) : null;
            if (answer.IsSuccessStatusCode) seen.Add(json);
            report.Add(request, (int)answer.StatusCode, media, body, json);
        }
        // The connection was closed, there was no response in time, or a response of a JSON type is not valid JSON.
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException or TaskCanceledException
            && !Cancelled.IsCancellationRequested)
        {
            report.Fault(request, $"{e.GetType().Name}: {e.Message} {e.InnerException?.Message}");
        }
    }

    private static bool IsJson(string? media) => media == "application/json" || media?.EndsWith("+json", StringComparison.Ordinal) == true;

    private static int? Setting(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>A separate platform, so that random writes do not affect other tests.</summary>
    public sealed class OwnPlatform : IAsyncLifetime
    {
        public RunningPlatform Platform { get; } = RunningPlatform.Named("fuzzing");

        public ValueTask InitializeAsync() => Platform.InitializeAsync();

        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }
}
