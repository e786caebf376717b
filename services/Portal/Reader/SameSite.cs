namespace Portal.Reader;

/// <summary>
/// Forms of readers carry no token, which would make every page with one a personal page. What a browser says of where a form comes from is
/// enough: another site cannot forge it (docs/decisions/0081).
/// </summary>
public static class SameSite
{
    /// <summary>Whether a form was sent from a page of this site, or by no browser at all.</summary>
    public static bool Allows(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site is "same-origin" or "none";
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin) return true;
        // The gateway says under which name it was called.
        var host = request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } forwarded ? forwarded : request.Host.Value;
        return Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && string.Equals(from.Authority, host, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Refuses what another site sends.</summary>
    public static RouteHandlerBuilder FromThisSite(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (context, next) =>
        Allows(context.HttpContext.Request)
            ? await next(context)
            : Results.Problem(
                statusCode: 403,
                type: "urn:problem-type:cross-site",
                title: "This form was sent from another site",
                detail: "Open the page here and send it again."));
}
