using Microsoft.AspNetCore.Components.Authorization;
using Platform.Hosting;

namespace Portal.Console;

/// <summary>
/// The signed-in person's client of the gateway: every call bears their token. Whatever the gateway says is an answer; <c>Refusal</c> shows
/// a no.
/// </summary>
public sealed class Desk(IHttpClientFactory clients, AuthenticationStateProvider session, Renewal renewal)
{
    /// <summary>The name of its HTTP client.</summary>
    public const string Client = "desk";

    /// <summary>What stands at an address, with its version where it has one.</summary>
    public Task<Answer<T>> Get<T>(string address, CancellationToken ct = default) => Send<T>(HttpMethod.Get, address, ct: ct);

    /// <summary>
    /// Does something. <paramref name="ifMatch"/>: the version that was seen, as <see cref="Answer{T}.ETag"/> says it;
    /// <paramref name="key"/>: the same again is the same deed, so make one for each deed and keep it while it is tried.
    /// </summary>
    public async Task<Answer<T>> Send<T>(
        HttpMethod method, string address, object? body = null, string? ifMatch = null, Guid? key = null, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(method, address)
        {
            Content = body is null ? null : JsonContent.Create(body, options: Json.Http),
        };
        var newest = await renewal.Newest((await session.GetAuthenticationStateAsync()).User, ct);
        if (newest is not null) request.Headers.Authorization = new("Bearer", newest.Access); // else the gateway says 401
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null) request.Headers.Add("Idempotency-Key", $"{key}");
        return await Backends.Ask<T>(clients.CreateClient(Client), request, ct);
    }
}
