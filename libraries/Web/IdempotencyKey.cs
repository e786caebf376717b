using Microsoft.AspNetCore.Http;

namespace Platform.Web;

/// <summary>
/// The client-chosen id of what a POST creates, from the header <c>Idempotency-Key</c>. A repeated request with the same key creates
/// nothing more. Null if the header is absent; 400 if it is not a UUID.
/// </summary>
public readonly record struct IdempotencyKey(Guid? Value)
{
    /// <summary>Reads the header of the request.</summary>
    public static ValueTask<IdempotencyKey> BindAsync(HttpContext http)
    {
        string? header = http.Request.Headers["Idempotency-Key"];
        if (string.IsNullOrEmpty(header)) return new(new IdempotencyKey(null));
        return Guid.TryParse(header.Trim('"'), out var key) && key != Guid.Empty
            ? new(new IdempotencyKey(key))
            : throw new Malformed("Idempotency-Key", "must be a UUID");
    }
}
