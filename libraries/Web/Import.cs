using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Web;

/// <summary>
/// One item of an import file. The import sets <see cref="Id"/> as soon as it knows the id, so that an error is reported with it.
/// </summary>
public sealed class ImportItem(int line)
{
    /// <summary>The line of the item, or its position.</summary>
    public int Line => line;

    /// <summary>The id of the item; null until it is known.</summary>
    public Guid? Id { get; set; }

    /// <summary>The item was stored, or was there already; <paramref name="remark"/> says what was changed in it.</summary>
    public ImportResult Stored(bool changed, string? remark = null) => new(line, Id, changed ? "created" : "unchanged", remark);

    /// <summary>The item was left out on purpose.</summary>
    public ImportResult Skipped(string? why) => new(line, Id, "skipped", why);
}

/// <summary>
/// Answers an import with one JSON line for each item, while further items are still arriving. An error in an item does not end the import,
/// but an unavailable dependency does, because all further items would fail as well.
/// </summary>
public sealed partial class Import
{
    /// <summary>The type of files of JSON lines, and of the response.</summary>
    public const string JsonLines = "application/x-ndjson";

    private readonly HttpContext _http;
    private int _last;

    /// <summary>Begins the response. Removes the limit on the size of the request, because only the size of each item is limited.</summary>
    public Import(HttpContext http)
    {
        _http = http;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        http.Response.ContentType = $"{JsonLines}; charset=utf-8";
    }

    /// <summary>
    /// Imports one item and reports the result, unless that is null because the item waits for another one. Returns false if the import
    /// must end.
    /// </summary>
    public async Task<bool> Add(int line, Func<ImportItem, Task<ImportResult?>> import, CancellationToken ct)
    {
        var item = new ImportItem(_last = line);
        ImportResult? result;
        try
        {
            result = await import(item);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            result = Failure(item, e, Problems.Explain(_http, e is JsonException ? new BadHttpRequestException("", e) : e));
        }
        if (result is not null) await Report(result, ct);
        return result?.Outcome != "failed";
    }

    /// <summary>Imports the items of an XML file, and reports an error of the file with its position.</summary>
    public async Task<bool> AddXml<T>(IAsyncEnumerable<T> items, Func<T, ImportItem, Task<ImportResult?>> import, CancellationToken ct)
    {
        try
        {
            await foreach (var item in items)
                if (!await Add(_last + 1, i => import(item, i), ct)) return false;
        }
        catch (XmlException e)
        {
            await Report(new(_last + 1, null, "rejected", $"The file is not well-formed XML from this item on: {e.Message}"), ct);
        }
        return true;
    }

    /// <summary>Reports something about the whole file.</summary>
    public Task Warn(string? warning, CancellationToken ct) =>
        warning is null ? Task.CompletedTask : Report(new(0, null, "warning", warning), ct);

    private async Task Report(ImportResult result, CancellationToken ct)
    {
        await JsonSerializer.SerializeAsync(_http.Response.Body, result, Json.Http, ct);
        await _http.Response.WriteAsync("\n", ct);
        await _http.Response.Body.FlushAsync(ct);
    }

    private ImportResult Failure(ImportItem item, Exception e, Microsoft.AspNetCore.Mvc.ProblemDetails? problem)
    {
        if (problem is { Status: < 500 }) return new(item.Line, item.Id, "rejected", problem.Detail);
        if (problem is not null)
            return new(
                item.Line,
                item.Id,
                "failed",
                $"{problem.Title}, so the import ended here. Send this line and those after it again, or the whole file: what was imported "
                + "is not changed.");
        ItemFailed(_http.RequestServices.GetRequiredService<ILogger<Import>>(), e, item.Line, item.Id);
        var trace = Activity.Current?.Id ?? _http.TraceIdentifier;
        return new(item.Line, item.Id, "rejected", $"An internal error occurred. Quote the traceId {trace} when you report it.");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not import item {Line} with the id {Id} because of an unexpected error.")]
    private static partial void ItemFailed(ILogger log, Exception e, int line, Guid? id);

    /// <summary>
    /// The lines of the request that are not blank, with their numbers. Reading an item throws if its line is not valid JSON or is longer
    /// than <paramref name="longest"/> bytes. Only one line is in memory at a time, and of a line that is too long only a part.
    /// </summary>
    public async IAsyncEnumerable<(int Line, Func<T> Read)> Lines<T>(int longest, [EnumeratorCancellation] CancellationToken ct)
    {
        var (body, number, isTooLong) = (_http.Request.BodyReader, 0, false);
        while (true)
        {
            var read = await body.ReadAsync(ct);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                number++;
                if (Item<T>(buffer.Slice(0, end), longest, isTooLong) is { } item) yield return (number, item);
                (buffer, isTooLong) = (buffer.Slice(buffer.GetPosition(1, end)), false);
            }
            isTooLong |= buffer.Length > longest;
            if (read.IsCompleted && Item<T>(buffer, longest, isTooLong) is { } last) yield return (number + 1, last);
            body.AdvanceTo(isTooLong || read.IsCompleted ? buffer.End : buffer.Start, buffer.End);
            if (read.IsCompleted) yield break;
        }
    }

    private static Func<T>? Item<T>(ReadOnlySequence<byte> line, int longest, bool isTooLong)
    {
        if (isTooLong || line.Length > longest) return () => throw new Malformed("line", $"must have at most {longest} bytes");
        var bytes = line.ToArray();
        var start = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        if (bytes.AsSpan(start).Trim(" \t\r"u8).Length == 0) return null;
        return () => JsonSerializer.Deserialize<T>(bytes.AsSpan(start), Json.Http) ?? throw new Malformed("line", "must be a JSON object");
    }
}
