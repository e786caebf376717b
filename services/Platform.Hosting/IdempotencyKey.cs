using Microsoft.AspNetCore.Http;

namespace Platform.Hosting;

/// <summary>
/// The caller's id for what a POST creates, out of the header <c>Idempotency-Key</c>: a repeated request with the same key creates nothing
/// more. Null where the header is absent; a header that is no UUID is a 400.
/// </summary>
public readonly record struct IdempotencyKey(Guid? Value)
{
    /// <summary>Reads the header of a request.</summary>
    public static ValueTask<IdempotencyKey> BindAsync(HttpContext http)
    {
        string? header = http.Request.Headers["Idempotency-Key"];
        if (string.IsNullOrEmpty(header)) return new(new IdempotencyKey(null));
        return Guid.TryParse(header.Trim('"'), out var key) && key != Guid.Empty
            ? new(new IdempotencyKey(key))
            : throw new Malformed("Idempotency-Key", "must be a UUID");
    }
}
