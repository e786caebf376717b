using System.Globalization;
using System.Net;
using System.Text.Json;
using Platform.Web;

namespace Portal;

/// <summary>
/// Calls the gateway as any client does; the portal calls no service directly. The surrogate keys of each response are collected in
/// <see cref="PageDependencies"/>, so that the gateway caches a page only until one of the responses that it was made of changes.
/// </summary>
public sealed class Backends(HttpClient gateway, PageDependencies dependencies, IHttpContextAccessor visitor)
{
    /// <summary>The request header that asks the gateway for the surrogate keys of a response; by default it removes them.</summary>
    public const string Capability = "Surrogate-Capability";

    /// <summary>
    /// Reads an address. If the service is unavailable, no exception is thrown: <paramref name="part"/> of the page is recorded as
    /// missing, and the page displays a notice.
    /// </summary>
    public async Task<Answer<T>> Read<T>(string part, string address, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { Capability, "portal=\"Surrogate/1.0\"" } } };
        // The gateway limits reads per visitor, so it needs the visitor's address and not the portal's.
        if (visitor.HttpContext is { } http)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", Visitors.Address(http));
            // The gateway that requests this page may know of a change that another gateway has not received yet. It then sends
            // Cache-Control, which must reach the gateway that answers this read.
            var wanted = http.Request.Headers.CacheControl;
            if (wanted.Count > 0) request.Headers.TryAddWithoutValidation("Cache-Control", wanted.ToString());
        }
        var answer = await Ask<T>(gateway, request, ct);
        if (answer.IsUnavailable) dependencies.MarkMissing(part);
        else dependencies.Add(answer.Keys, answer.Age);
        return answer;
    }

    /// <summary>
    /// Sends a visitor's form to a service. The visitor's address is passed on, because the services limit writes per address. With
    /// <paramref name="secret"/> the visitor can change the comment later.
    /// </summary>
    public async Task<Answer<T>> Send<T>(
        HttpMethod method,
        string address,
        object? body,
        string? visitor,
        Guid? key,
        CancellationToken ct,
        string? secret = null)
    {
        using var request = new HttpRequestMessage(method, address)
        {
            Content = body is null ? null : JsonContent.Create(body, options: Json.Http),
        };
        request.Headers.Add(Capability, "portal=\"Surrogate/1.0\"");
        if (!string.IsNullOrEmpty(visitor)) request.Headers.TryAddWithoutValidation("X-Forwarded-For", visitor);
        if (key is not null) request.Headers.Add("Idempotency-Key", $"{key}");
        if (secret is not null) request.Headers.TryAddWithoutValidation("Edit-Token", secret);
        var answer = await Ask<T>(gateway, request, ct);
        dependencies.AddChanged(answer.Keys);
        return answer;
    }

    /// <summary>Sends a request. If the gateway cannot be reached or its response cannot be read, the result is a 503.</summary>
    internal static async Task<Answer<T>> Ask<T>(HttpClient gateway, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            using var response = await gateway.SendAsync(request, ct);
            var keys = response.Headers.TryGetValues(SurrogateKeys.Header, out var named)
                ? SurrogateKeys.Parse(named)
                : [];
            if (response.StatusCode is HttpStatusCode.MovedPermanently)
                return new(default, response.StatusCode, null, keys) { Location = response.Headers.Location?.OriginalString };
            if (!response.IsSuccessStatusCode) return new(default, response.StatusCode, await Problem(response, ct), keys);
            var empty = response.StatusCode == HttpStatusCode.NoContent || response.Content.Headers.ContentLength == 0
                || response.Content.Headers.ContentType?.MediaType == "text/plain"; // a plain text for people who call the service by hand
            var value = empty ? default : await response.Content.ReadFromJsonAsync<T>(Tolerant, ct);
            return new(value, response.StatusCode, null, keys) { ETag = response.Headers.ETag?.ToString(), Age = AgeOf(response) };
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new(default, HttpStatusCode.ServiceUnavailable, null, []);
        }
    }

    private static long? AgeOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(SurrogateKeys.Age, out var ages)
        && long.TryParse(ages.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var age) ? age : null;

    private static async Task<HttpValidationProblemDetails?> Problem(HttpResponseMessage response, CancellationToken ct) =>
        response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<HttpValidationProblemDetails>(Tolerant, ct)
            : null;

    // Unknown properties are ignored: during an upgrade a service may be newer than this portal.
    private static readonly JsonSerializerOptions Tolerant = new(JsonSerializerDefaults.Web);

    /// <summary>Registers the HTTP clients: one for the reader pages and one for the console.</summary>
    internal static void Register(WebApplicationBuilder builder)
    {
        // A list of gateways that changes while the portal runs is read from a file, as the gateway does with its own lists.
        if (builder.Configuration["Gateway:AddressFile"] is { Length: > 0 } file)
            builder.Configuration.AddJsonFile(file, optional: true, reloadOnChange: true);
        builder.Services.AddHttpContextAccessor().AddScoped<PageDependencies>().AddSingleton<GatewayAddresses>();
        var address = new Uri(builder.Configuration.Required("Gateway:Address").Split(' ')[0]);
        ToTheGateway(builder.Services.AddHttpClient<Backends>(), TimeSpan.FromSeconds(10));
        ToTheGateway(builder.Services.AddHttpClient(Console.Desk.Client), TimeSpan.FromSeconds(35));

        void ToTheGateway(IHttpClientBuilder client, TimeSpan timeout) => client
            .ConfigureHttpClient(c => (c.BaseAddress, c.Timeout) = (address, timeout))
            .AddHttpMessageHandler(provider => new GatewayFailover(provider.GetRequiredService<GatewayAddresses>(), timeout))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectTimeout = TimeSpan.FromSeconds(2),
            });
    }
}

/// <summary>
/// The response of the gateway: a value, or the reason why there is none. <c>IsUnavailable</c> means that the service is unavailable or
/// the rate limit was reached, so that the same request may succeed later.
/// </summary>
public sealed record Answer<T>(T? Value, HttpStatusCode Status, HttpValidationProblemDetails? Problem, IReadOnlyList<SurrogateKey> Keys)
{
    public string? Location { get; init; }
    /// <summary>The version of the resource, to be sent back as If-Match.</summary>
    public string? ETag { get; init; }
    /// <summary>The milliseconds since the gateway fetched the response from its service, if it came from the cache.</summary>
    public long? Age { get; init; }
    public bool IsUnavailable => (int)Status is >= 500 or 429 or 408;
    /// <summary>The rejection; null if the status is 2xx.</summary>
    public Refused? Refused => (int)Status is >= 200 and < 300 ? null : new(Status, Problem);
}

/// <summary>A rejection by the gateway or a service. It has no problem details if there was no response.</summary>
public sealed record Refused(HttpStatusCode Status, HttpValidationProblemDetails? Problem)
{
    /// <summary>Whether the same request would be rejected again.</summary>
    public bool IsLasting => (int)Status is >= 400 and < 500 and not (401 or 408 or 429);

    /// <summary>Whether the rejection names this field of the request.</summary>
    public bool Names(string field) => Problem?.Errors.Keys.Contains(field, StringComparer.OrdinalIgnoreCase) == true;
}

/// <summary>
/// The surrogate keys of the responses that one page is made of, and the parts that are missing because their service is unavailable.
/// Scoped to one request.
/// </summary>
public sealed class PageDependencies
{
    private static readonly Comparer<SurrogateKey> ByText =
        Comparer<SurrogateKey>.Create((one, other) => string.CompareOrdinal(one.Value, other.Value));

    private readonly Lock _adding = new();
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);
    private readonly SortedSet<SurrogateKey> _keys = new(ByText), _changed = new(ByText);
    private long? _age;

    public IReadOnlyCollection<string> Missing => _missing;

    /// <summary>The surrogate keys of the resources that a form changed.</summary>
    public IReadOnlyCollection<SurrogateKey> Changed => _changed;

    public void Add(IEnumerable<SurrogateKey> keys, long? age = null)
    {
        lock (_adding)
        {
            _keys.UnionWith(keys);
            if (age is not null && !(age <= _age)) _age = age;
        }
    }

    public void AddChanged(IEnumerable<SurrogateKey> keys)
    {
        lock (_adding) _changed.UnionWith(keys);
    }

    public void MarkMissing(string part)
    {
        lock (_adding) _missing.Add(part);
    }

    /// <summary>
    /// Tags a complete page with its surrogate keys, so that the gateway caches it until one of them changes. An incomplete page is not
    /// cached.
    /// </summary>
    public void SetCacheHeaders(HttpResponse response)
    {
        if (_missing.Count > 0) response.Headers.CacheControl = "no-store";
        else
        {
            response.TagWithKeys(_keys);
            if (_age is { } age) response.Headers[SurrogateKeys.Age] = age.ToString(CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>Registers the clients of the gateway.</summary>
public static class BackendsRegistration
{
    public static void AddBackends(this WebApplicationBuilder builder) => Backends.Register(builder);
}
