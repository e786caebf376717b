using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Platform.Web;

/// <summary>One page of a list: its items, and <c>next</c>, the cursor of the following page, which is absent on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>
/// Keyset paging for all lists: <c>limit</c> 1..100 (default 20) and an opaque <c>cursor</c> that holds the sort key of the last item seen,
/// so that items added meanwhile never shift a page.
/// </summary>
public readonly record struct Paging(int Limit, string? Cursor)
{
    private static readonly JsonSerializerOptions Keys = new(Json.Http) { Converters = { new UtcInstant() } };

    /// <summary>Reads <c>limit</c> and <c>cursor</c> of a request; a limit out of range is a 400.</summary>
    public static ValueTask<Paging> BindAsync(HttpContext http)
    {
        string? text = http.Request.Query["limit"], cursor = http.Request.Query["cursor"];
        if (string.IsNullOrEmpty(text)) return new(new Paging(20, cursor));
        return int.TryParse(text, out var limit) && limit is >= 1 and <= 100
            ? new(new Paging(limit, cursor))
            : throw new Malformed("limit", "must be a number from 1 to 100");
    }

    /// <summary>The sort key in the cursor, or null on the first page; a 400 if the cursor is invalid.</summary>
    public TKey? After<TKey>() where TKey : class
    {
        if (string.IsNullOrEmpty(Cursor)) return null;
        try
        {
            var key = Base64Url.DecodeFromChars(Cursor);
            // PostgreSQL cannot store U+0000, and no cursor that this service issued contains it.
            if (key.AsSpan().IndexOf("\\u0000"u8) >= 0) throw new FormatException();
            return JsonSerializer.Deserialize<TKey>(key, Keys) ?? throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or JsonException or Malformed)
        {
            throw new Malformed("cursor", "must be a value of \"next\" from this list; omit it to start at the first page");
        }
    }

    /// <summary>Makes a page of <paramref name="rows"/>, which must be read with a limit of one more than <see cref="Limit"/>.</summary>
    public Page<TItem> Page<TRow, TKey, TItem>(IReadOnlyList<TRow> rows, Func<TRow, TKey> key, Func<TRow, TItem> item)
    {
        var page = rows.Take(Limit).ToArray();
        var next = rows.Count > Limit ? Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key(page[^1]), Json.Http)) : null;
        return new([.. page.Select(item)], next);
    }

    // Npgsql compares a timestamptz only with a UTC instant, but a caller may write the instant in a cursor with any offset.
    private sealed class UtcInstant : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset().ToUniversalTime();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);
    }
}
