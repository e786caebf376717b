using System.Globalization;
using System.Net;
using System.Text.Json;
using Platform.Hosting;

namespace Portal;

/// <summary>
/// The gateway, as any client app calls it: <see cref="GatewayAddresses"/> is all the portal knows of the platform. What an answer is
/// made of goes into <see cref="Ingredients"/>, so that a page is kept exactly as long as what it shows.
/// </summary>
public sealed class Backends(HttpClient gateway, Ingredients ingredients, IHttpContextAccessor visitor)
{
    /// <summary>Asks the gateway to say what its answers are made of; it tells nobody unasked.</summary>
    public const string Capability = "Surrogate-Capability";

    /// <summary>
    /// What stands at an address. A service that does not answer is no exception: <paramref name="part"/> of the page is missing, and the
    /// page says so.
    /// </summary>
    public async Task<Answer<T>> Read<T>(string part, string address, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { Capability, "portal=\"Surrogate/1.0\"" } } };
        // The gateway limits the reads of a visitor, not those of the portal.
        if (visitor.HttpContext is { } http)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", Visitors.Address(http));
            // The gateway that asks for the page knows of a change that another gateway may not have heard of.
            var wanted = http.Request.Headers.CacheControl;
            if (wanted.Count > 0) request.Headers.TryAddWithoutValidation("Cache-Control", wanted.ToString());
        }
        var answer = await Ask<T>(gateway, request, ct);
        if (answer.IsAway) ingredients.Miss(part);
        else ingredients.Add(answer.Keys, answer.Age);
        return answer;
    }

    /// <summary>
    /// Sends what a visitor wrote, in their name: the services count how often an address writes. With <paramref name="secret"/> they can
    /// change it later.
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
        ingredients.Change(answer.Keys);
        return answer;
    }

    /// <summary>What the gateway answers to that request; whatever keeps it from answering is an answer too.</summary>
    internal static async Task<Answer<T>> Ask<T>(HttpClient gateway, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            using var response = await gateway.SendAsync(request, ct);
            var keys = response.Headers.TryGetValues(SurrogateKeys.Header, out var named)
                ? string.Join(' ', named).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : [];
            if (response.StatusCode is HttpStatusCode.MovedPermanently)
                return new(default, response.StatusCode, null, keys) { Location = response.Headers.Location?.OriginalString };
            if (!response.IsSuccessStatusCode) return new(default, response.StatusCode, await Problem(response, ct), keys);
            var empty = response.StatusCode == HttpStatusCode.NoContent || response.Content.Headers.ContentLength == 0
                || response.Content.Headers.ContentType?.MediaType == "text/plain"; // words for a person who called the service directly
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

    // A service that says more than this portal knows is newer, not wrong.
    private static readonly JsonSerializerOptions Tolerant = new(JsonSerializerDefaults.Web);

    /// <summary>Registers the clients: of readers, and of those who are signed in at the console.</summary>
    internal static void Register(WebApplicationBuilder builder)
    {
        // A list that changes while the portal runs stands in a file, as the gateway's own lists do.
        if (builder.Configuration["Gateway:AddressFile"] is { Length: > 0 } file)
            builder.Configuration.AddJsonFile(file, optional: true, reloadOnChange: true);
        builder.Services.AddHttpContextAccessor().AddScoped<Ingredients>().AddSingleton<GatewayAddresses>();
        var address = new Uri(builder.Configuration.Required("Gateway:Address").Split(' ')[0]);
        ToTheGateway(builder.Services.AddHttpClient<Backends>(), TimeSpan.FromSeconds(10));
        ToTheGateway(builder.Services.AddHttpClient(Console.Desk.Client), TimeSpan.FromSeconds(35));

        void ToTheGateway(IHttpClientBuilder client, TimeSpan patience) => client
            .ConfigureHttpClient(c => (c.BaseAddress, c.Timeout) = (address, patience))
            .AddHttpMessageHandler(provider => new AnyGateway(provider.GetRequiredService<GatewayAddresses>(), patience))
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

/// <summary>What the gateway answered: a value, or why there is none. <c>IsAway</c>: whoever could say does not answer just now.</summary>
public sealed record Answer<T>(T? Value, HttpStatusCode Status, HttpValidationProblemDetails? Problem, IReadOnlyList<string> Keys)
{
    public string? Location { get; init; }
    /// <summary>The version of what was read, for If-Match.</summary>
    public string? ETag { get; init; }
    /// <summary>The milliseconds since the gateway fetched it from its service, if the gateway kept it.</summary>
    public long? Age { get; init; }
    public bool IsAway => (int)Status is >= 500 or 429 or 408;
    /// <summary>Why there is no value; null where the gateway said yes.</summary>
    public Refused? Refused => (int)Status is >= 200 and < 300 ? null : new(Status, Problem);
}

/// <summary>A no of the gateway or of what stands behind it; without a problem where nobody answered.</summary>
public sealed record Refused(HttpStatusCode Status, HttpValidationProblemDetails? Problem)
{
    /// <summary>Whether the same, sent again, would be refused again.</summary>
    public bool IsLasting => (int)Status is >= 400 and < 500 and not (401 or 408 or 429);

    /// <summary>Whether that field of what was sent is why.</summary>
    public bool Names(string field) => Problem?.Errors.Keys.Contains(field, StringComparer.OrdinalIgnoreCase) == true;
}

/// <summary>What one page is made of, and what of it is missing because its service does not answer. One for each request.</summary>
public sealed class Ingredients
{
    private readonly Lock _adding = new();
    private readonly SortedSet<string> _keys = new(StringComparer.Ordinal), _missing = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _changed = new(StringComparer.Ordinal);
    private long? _age;

    public IReadOnlyCollection<string> Missing => _missing;

    /// <summary>The names of what a form changed.</summary>
    public IReadOnlyCollection<string> Changed => _changed;

    public void Add(IEnumerable<string> keys, long? age = null)
    {
        lock (_adding)
        {
            _keys.UnionWith(keys);
            if (age is not null && !(age <= _age)) _age = age;
        }
    }

    public void Change(IEnumerable<string> keys)
    {
        lock (_adding) _changed.UnionWith(keys);
    }

    public void Miss(string part)
    {
        lock (_adding) _missing.Add(part);
    }

    /// <summary>
    /// A whole page may be kept until something it is made of changes; one that lacks something is good for one visitor only.
    /// </summary>
    public void Label(HttpResponse response)
    {
        if (_missing.Count > 0) response.Headers.CacheControl = "no-store";
        else
        {
            response.Name(_keys);
            if (_age is { } age) response.Headers[SurrogateKeys.Age] = age.ToString(CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>Where the program asks for it.</summary>
public static class BackendsRegistration
{
    /// <summary>The gateway's client, and what each page remembers of it.</summary>
    public static void AddBackends(this WebApplicationBuilder builder) => Backends.Register(builder);
}
