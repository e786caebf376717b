using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// <c>POST /api/import/articles</c>: Imports articles from JSON lines in the format of <c>GET /api/export/articles</c>. Ids, dates and
/// slugs are kept. The response has a JSON line with the result of each line.
/// </summary>
public static class ImportArticles
{
    /// <summary>Enough for 200,000 characters in three languages, some of them escaped.</summary>
    private const int MaxLineLength = 8 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/import/articles", async (
            HttpContext http, Decider decider, IDocumentStore store, TimeProvider clock, CancellationToken ct) =>
            {
                var import = new Importer(decider, store, clock, http);
                import.Begin();
                var number = 0;
                await foreach (var line in Lines(http.Request.BodyReader, ct))
                {
                    number++;
                    if (line is null)
                        await import.Report(
                            new(
                                number,
                                null,
                                "rejected",
                                $"The line is longer than {MaxLineLength} bytes. It and all lines after it were ignored."),
                            ct);
                    else if (line.AsSpan().Trim((byte)' ').Length > 0
                        && !await import.ImportAndReport(number, () => (Read(line), null), ct))
                        return;
                }
            }).Produces<ImportResult>(200, "application/x-ndjson").Requires(Roles.Editor);

    private static ExchangedArticle Read(byte[] line) =>
        JsonSerializer.Deserialize<ExchangedArticle>(line, Json.Http)
        ?? throw new JsonException("The line must be a JSON object, not null.");

    /// <summary>
    /// Yields the lines one at a time, so that only one is in memory. A line that is too long is yielded as null and ends the sequence.
    /// </summary>
    private static async IAsyncEnumerable<byte[]?> Lines(PipeReader body, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var read = await body.ReadAsync(ct);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return Trimmed(buffer.Slice(0, end));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }
            var rest = read.IsCompleted && buffer.Length <= MaxLineLength ? Trimmed(buffer) : null;
            var ends = read.IsCompleted || buffer.Length > MaxLineLength;
            body.AdvanceTo(ends ? buffer.End : buffer.Start, buffer.End);
            if (!ends) continue;
            if (rest is not { Length: 0 }) yield return rest;
            yield break;
        }
    }

    private static byte[] Trimmed(ReadOnlySequence<byte> line) => line.ToArray().AsSpan().TrimEnd((byte)'\r').ToArray();
}
