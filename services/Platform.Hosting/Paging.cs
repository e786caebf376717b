using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Platform.Hosting;

/// <summary>One page of a list: its items, and <c>next</c>, the cursor of the page after it; the last page is without.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>
/// Keyset paging, the same for all lists: <c>limit</c> 1..100 (20 where absent) and an opaque <c>cursor</c> that holds the
/// sort key of the last item seen, so that what is added meanwhile never shifts a page.
/// </summary>
public readonly record struct Paging(int Limit, string? Cursor)
{
    /// <summary>Reads <c>limit</c> and <c>cursor</c> of a request; anything out of range is a 400.</summary>
    public static ValueTask<Paging> BindAsync(HttpContext http)
    {
        string? text = http.Request.Query["limit"], cursor = http.Request.Query["cursor"];
        if (string.IsNullOrEmpty(text)) return new(new Paging(20, cursor));
        return int.TryParse(text, out var limit) && limit is >= 1 and <= 100
            ? new(new Paging(limit, cursor))
            : throw new Malformed("limit", "must be a number from 1 to 100");
    }

    /// <summary>The key the cursor holds, or null on the first page.</summary>
    public TKey? After<TKey>() where TKey : class
    {
        if (string.IsNullOrEmpty(Cursor)) return null;
        try { return JsonSerializer.Deserialize<TKey>(Base64Url.DecodeFromChars(Cursor), Json.Http) ?? throw new FormatException(); }
        catch (Exception e) when (e is FormatException or JsonException) { throw new Malformed("cursor", "must be a cursor given as \"next\" by this list; leave it out to start at the first page"); }
    }

    /// <summary>Cuts a page out of <paramref name="rows"/>, which were read with one row more than the limit.</summary>
    public Page<TItem> Page<TRow, TKey, TItem>(IReadOnlyList<TRow> rows, Func<TRow, TKey> key, Func<TRow, TItem> item)
    {
        var page = rows.Take(Limit).ToArray();
        return new([.. page.Select(item)], rows.Count > Limit ? Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key(page[^1]), Json.Http)) : null);
    }
}
