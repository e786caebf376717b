using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Kit;

/// <summary>
/// The target of a load: the gateways; the replicas of each service behind them, which are probed directly to find out whether they could
/// have answered; and a token with the roles editor, moderator and operator.
/// </summary>
public sealed record LoadTarget(
    IReadOnlyList<Uri> Gateways, IReadOnlyDictionary<string, IReadOnlyList<Uri>> Replicas, string Token);

/// <summary>
/// An HTTP client that behaves as clients should. It repeats an unconfirmed write under the same key, at the next gateway, until it is
/// confirmed. It skips a gateway that accepts no connection, as a load balancer does. Each request has a random address in
/// X-Forwarded-For, so that the limits per visitor do not apply.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(20), ReadLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromMilliseconds(300);

    private readonly HttpClient[] _gateways;
    private readonly Dictionary<string, HttpClient[]> _replicas;
    private readonly string _token;
    private readonly SetChecker _checker;
    private readonly Func<TimeSpan> _now;

    public LoadClient(LoadTarget target, SetChecker checker, Func<TimeSpan> now)
    {
        (_token, _checker, _now) = (target.Token, checker, now);
        _gateways = [.. target.Gateways.Select(At)];
        _replicas = target.Replicas.ToDictionary(r => r.Key, r => r.Value.Select(At).ToArray());
    }

    public int Gateways => _gateways.Length;

    /// <summary>Sends a write until it is confirmed. Null if it was rejected, or not confirmed before <paramref name="giveUp"/>.</summary>
    public async Task<Confirmation?> Write(int first, Func<HttpRequestMessage> request, CancellationToken giveUp)
    {
        for (var n = first; !giveUp.IsCancellationRequested; n++)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(giveUp);
                limit.CancelAfter(WriteLimit);
                using var message = request();
                using var answer = await _gateways[n % Gateways].SendAsync(message, limit.Token);
                if (answer.IsSuccessStatusCode) return new(n % Gateways, answer.StatusCode, VersionOf(answer));
                var reason = $"{message.Method} {await ReasonOf(answer)}";
                if ((int)answer.StatusCode < 500
                    && answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout))
                {
                    _checker.Report("refused", $"{message.RequestUri}: {reason}");
                    return null;
                }
                _checker.FailWrite(_now(), reason);
            }
            catch (Exception e) when (IsConnectionFailure(e))
            {
                if (!CouldNotConnect(e)) _checker.FailWrite(_now(), $"write: {ReasonOf(e)}");
            }
            await Task.Delay(Pause, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return null;
    }

    /// <summary>
    /// Reads once, without a token. If there is no answer, the failure is recorded and null is returned. A 404 is an answer.
    /// </summary>
    public async Task<Reading?> Read(int first, string service, string path, CancellationToken giveUp)
    {
        var (reason, gateway, began) = ("not connected", first % Gateways, _now());
        for (var n = first; n < first + Gateways; n++)
        {
            gateway = n % Gateways;
            var asked = _now();
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(giveUp);
                limit.CancelAfter(ReadLimit);
                using var request = New(HttpMethod.Get, path);
                using var answer = await _gateways[gateway].SendAsync(request, limit.Token);
                if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound)
                    return new(gateway, answer.StatusCode, await answer.Content.ReadAsStringAsync(limit.Token), asked, _now());
                reason = $"GET {await ReasonOf(answer)}";
                break;
            }
            catch (Exception e) when (IsConnectionFailure(e))
            {
                if (giveUp.IsCancellationRequested) return null;
                if (CouldNotConnect(e)) continue;
                reason = $"GET: {ReasonOf(e)}";
                break;
            }
        }
        _checker.FailRead(gateway, service, began, _now(), reason);
        return null;
    }

    /// <summary>Reads with the token of the load, and repeats the request until it is answered.</summary>
    public async Task<(JsonElement Body, long? Version)> Get(string path, CancellationToken giveUp)
    {
        for (var n = 0; ; n++)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(giveUp);
                limit.CancelAfter(ReadLimit);
                using var request = New(HttpMethod.Get, path, isSignedIn: true);
                using var answer = await _gateways[n % Gateways].SendAsync(request, limit.Token);
                if (answer.StatusCode == HttpStatusCode.NotFound) return (default, null);
                answer.EnsureSuccessStatusCode();
                return (await answer.Content.ReadFromJsonAsync<JsonElement>(limit.Token), VersionOf(answer));
            }
            catch (Exception e) when (IsConnectionFailure(e) && !giveUp.IsCancellationRequested)
            {
                await Task.Delay(Pause, giveUp);
            }
        }
    }

    /// <summary>Connects to the live stream of one gateway, and resumes after <paramref name="lastEventId"/>.</summary>
    public Task<HttpResponseMessage> Listen(int gateway, string? lastEventId, CancellationToken ct)
    {
        var request = New(HttpMethod.Get, "/api/live");
        if (!string.IsNullOrEmpty(lastEventId)) request.Headers.Add("Last-Event-ID", lastEventId);
        return _gateways[gateway].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    public HttpRequestMessage New(HttpMethod method, string path, object? body = null, bool isSignedIn = false)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Forwarded-For", $"10.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}.{Random.Shared.Next(1, 255)}");
        if (isSignedIn) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return request;
    }

    /// <summary>Probes every gateway, and requests <paramref name="path"/> directly from every replica of a service.</summary>
    public async Task Probe(string service, string path)
    {
        var at = _now();
        var all = _gateways.Select((client, n) => (SetChecker.Gateways, n, client, "/health/live"))
            .Concat(_replicas[service].Select((client, n) => (service, n, client, path)));
        await Task.WhenAll(all.Select(async p => _checker.Probe(p.Item1, p.Item2, at, await IsAnswered(p.Item3, p.Item4))));
    }

    private static async Task<bool> IsAnswered(HttpClient client, string path)
    {
        try
        {
            using var limit = new CancellationTokenSource(ProbeLimit);
            using var answer = await client.GetAsync(path, limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (IsConnectionFailure(e))
        {
            return false;
        }
    }

    private static long? VersionOf(HttpResponseMessage answer) =>
        long.TryParse(answer.Headers.ETag?.Tag.Trim('"'), out var version) ? version : null;

    private static async Task<string> ReasonOf(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        var at = body.IndexOf("\"urn:problem-type:", StringComparison.Ordinal);
        return $"{(int)answer.StatusCode} {(at < 0 ? answer.ReasonPhrase : body[(at + 18)..].Split('"')[0])}";
    }

    private static string ReasonOf(Exception e) => e switch
    {
        OperationCanceledException => "no answer in time",
        { InnerException: SocketException s } => $"{s.SocketErrorCode}",
        { InnerException.InnerException: SocketException s } => $"{s.SocketErrorCode}",
        HttpRequestException h => $"{h.HttpRequestError}",
        _ => e.GetType().Name,
    };

    private static bool IsConnectionFailure(Exception e) => e is HttpRequestException or IOException or OperationCanceledException;

    private static bool CouldNotConnect(Exception e) => e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };

    private static HttpClient At(Uri address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
    })
    { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose()
    {
        foreach (var client in _gateways.Concat(_replicas.Values.SelectMany(r => r))) client.Dispose();
    }
}

/// <summary>A confirmed write: the gateway that confirmed it, and the version in the ETag of the response.</summary>
internal sealed record Confirmation(int Gateway, HttpStatusCode Status, long? Version);

/// <summary>An answered read, with the times of the request and the response.</summary>
internal sealed record Reading(
    int Gateway,
    HttpStatusCode Status,
    string Body,
    TimeSpan Asked,
    TimeSpan Answered)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
}
