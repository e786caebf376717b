namespace Portal.Reader;

/// <summary>
/// Rejects forms that another site makes its visitors send. Reader forms contain no anti-forgery token, because a page with a token is
/// personal and cannot be cached. Browsers send the origin of a form in headers that other sites cannot forge (docs/decisions/0081).
/// </summary>
public static class SameSite
{
    /// <summary>Whether a form was sent from a page of this site, or by a client that is not a browser.</summary>
    public static bool Allows(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site is "same-origin" or "none";
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin) return true;
        // The gateway forwards the host name that the browser used.
        var host = request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } forwarded ? forwarded : request.Host.Value;
        return Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && string.Equals(from.Authority, host, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Rejects forms of other sites with 403.</summary>
    public static RouteHandlerBuilder FromThisSite(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (context, next) =>
        Allows(context.HttpContext.Request)
            ? await next(context)
            : Results.Problem(
                statusCode: 403,
                type: "urn:problem-type:cross-site",
                title: "This form was sent from another site",
                detail: "Open the form on this site and send it again."));
}
