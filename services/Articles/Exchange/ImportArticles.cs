using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// <c>POST /api/import/articles</c>: JSON lines as <see cref="ExportArticles"/> writes them; ids, dates and slugs are kept. The answer is a
/// JSON line for each.
/// </summary>
public static class ImportArticles
{
    /// <summary>Three languages of 200,000 characters, some of them escaped.</summary>
    private const int LongestLine = 8 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/import/articles", async (
            HttpContext http, Decider decider, IDocumentStore store, TimeProvider clock, CancellationToken ct) =>
            {
                var import = new Importing(decider, store, clock, http);
                import.Begin();
                var number = 0;
                await foreach (var line in Lines(http.Request.BodyReader, ct))
                {
                    number++;
                    if (line is null)
                        await import.Tell(
                            new(
                                number,
                                null,
                                "rejected",
                                $"The line is longer than {LongestLine} bytes; the lines after it were not read."),
                            ct);
                    else if (line.AsSpan().Trim((byte)' ').Length > 0 && !await import.Take(number, () => (Read(line), null), ct)) return;
                }
            }).Produces<ImportResult>(200, "application/x-ndjson").Requires(Roles.Editor);

    private static ExchangedArticle Read(byte[] line) =>
        JsonSerializer.Deserialize<ExchangedArticle>(line, Json.Http) ?? throw new JsonException("null is no article");

    /// <summary>Line by line, never more than one in memory; null for one that is too long, and then no more.</summary>
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
            var rest = read.IsCompleted && buffer.Length <= LongestLine ? Trimmed(buffer) : null;
            var ends = read.IsCompleted || buffer.Length > LongestLine;
            body.AdvanceTo(ends ? buffer.End : buffer.Start, buffer.End);
            if (!ends) continue;
            if (rest is not { Length: 0 }) yield return rest;
            yield break;
        }
    }

    private static byte[] Trimmed(ReadOnlySequence<byte> line) => line.ToArray().AsSpan().TrimEnd((byte)'\r').ToArray();
}
