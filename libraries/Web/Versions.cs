using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Platform.Web;

/// <summary>Writes versions to responses as ETags.</summary>
public static class Versions
{
    /// <summary>200 with an ETag, or 304 if the caller already has this version.</summary>
    public static Results<Ok<T>, StatusCodeHttpResult> Versioned<T>(HttpContext http, string version, T body)
    {
        var tag = http.Tag(version);
        http.Response.Headers.ETag = tag;
        return EntityTag.IsHeld(http.Request.Headers.IfNoneMatch, tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(body);
    }
}

/// <summary>The epoch of the store: a number that rises when a restore loses events.</summary>
public interface IStoreEpoch
{
    /// <summary>The number of the current epoch, at most about a second old.</summary>
    long Current { get; }
}
