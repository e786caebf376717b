using Microsoft.AspNetCore.Components.Authorization;
using Platform.Web;

namespace Portal.Console;

/// <summary>
/// Calls the gateway with the access token of the signed-in person. Rejections are returned, not thrown; the component <c>Refusal</c>
/// displays them.
/// </summary>
public sealed class Desk(IHttpClientFactory clients, AuthenticationStateProvider session, Renewal renewal)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "desk";

    /// <summary>Reads a resource.</summary>
    public Task<Answer<T>> Get<T>(string address, CancellationToken ct = default) => Send<T>(HttpMethod.Get, address, ct: ct);

    /// <summary>
    /// Sends a request. <paramref name="ifMatch"/> is the version that the person has seen (<see cref="Answer{T}.ETag"/>).
    /// <paramref name="key"/> is the idempotency key: create one for each action and reuse it for every attempt of the same action.
    /// </summary>
    public async Task<Answer<T>> Send<T>(
        HttpMethod method,
        string address,
        object? body = null,
        string? ifMatch = null,
        Guid? key = null,
        CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(method, address)
        {
            Content = body is null ? null : JsonContent.Create(body, options: Json.Http),
        };
        return await Send<T>(request, ifMatch, key, ct);
    }

    /// <summary>Uploads a file as the body of a PUT.</summary>
    public async Task<Answer<T>> Upload<T>(string address, byte[] file, string? ifMatch = null, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent(file) };
        return await Send<T>(request, ifMatch, null, ct);
    }

    private async Task<Answer<T>> Send<T>(HttpRequestMessage request, string? ifMatch, Guid? key, CancellationToken ct)
    {
        var newest = await renewal.CurrentTokens((await session.GetAuthenticationStateAsync()).User, ct);
        if (newest is not null) request.Headers.Authorization = new("Bearer", newest.Access); // without a token the gateway answers 401
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null) request.Headers.Add("Idempotency-Key", $"{key}");
        return await Backends.Ask<T>(clients.CreateClient(Client), request, ct);
    }
}
