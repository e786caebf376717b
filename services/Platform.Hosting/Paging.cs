using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
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
    private static readonly JsonSerializerOptions Keys = new(Json.Http) { Converters = { new UtcInstant() } };

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
        try
        {
            var key = Base64Url.DecodeFromChars(Cursor);
            // PostgreSQL has no such character, and no cursor of ours holds one.
            if (key.AsSpan().IndexOf("\\u0000"u8) >= 0) throw new FormatException();
            return JsonSerializer.Deserialize<TKey>(key, Keys) ?? throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or JsonException or Malformed)
        {
            throw new Malformed("cursor", "must be a cursor given as \"next\" by this list; leave it out to start at the first page");
        }
    }

    /// <summary>Cuts a page out of <paramref name="rows"/>, which were read with one row more than the limit.</summary>
    public Page<TItem> Page<TRow, TKey, TItem>(IReadOnlyList<TRow> rows, Func<TRow, TKey> key, Func<TRow, TItem> item)
    {
        var page = rows.Take(Limit).ToArray();
        var next = rows.Count > Limit ? Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key(page[^1]), Json.Http)) : null;
        return new([.. page.Select(item)], next);
    }

    // Npgsql compares a timestamptz only with an instant in UTC, but a caller may write a cursor's instant with any offset.
    private sealed class UtcInstant : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset().ToUniversalTime();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);
    }
}
