using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Gateway;

/// <summary>
/// <c>GET /openapi.json</c>: the APIs of all services as one document; <c>GET /docs</c>: a page to read and try them, which sends requests
/// only to this gateway.
/// </summary>
public static partial class ApiDescription
{
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);

    public static void Map(WebApplication app)
    {
        var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        MergedDocument? merged = null;
        app.MapGet("/openapi.json", async (IProxyStateLookup proxy, TimeProvider clock, IServiceProvider services, CancellationToken ct) =>
        {
            if (Volatile.Read(ref merged) is { } known && clock.GetUtcNow() - known.At < CacheTime)
                return Results.Content(known.Document, "application/json; charset=utf-8");
            var documents = new List<(string Name, JsonObject Document)> { ("gateway", await GatewayDocument(services, ct)) };
            foreach (var cluster in proxy.GetClusters()
                .Where(c => !c.Destinations.IsEmpty && proxy.TryGetRoute($"{c.ClusterId}-openapi", out _))
                .OrderBy(c => c.ClusterId))
            {
                if (await ServiceDocument(http, cluster.ClusterId, Addresses(cluster), ct) is not { } service)
                    return TypedResults.Problem(
                        statusCode: 503,
                        type: "urn:problem-type:interface-unavailable",
                        title: "Not every service answers",
                        detail: $"{cluster.ClusterId} is unavailable. Retry later; "
                            + "/openapi/SERVICE.json describes each service separately.");
                documents.Add((cluster.ClusterId, service));
            }
            var document = Merge(documents).ToJsonString();
            Volatile.Write(ref merged, new(clock.GetUtcNow(), document));
            return Results.Content(document, "application/json; charset=utf-8");
        }).AllowAnonymous().ExcludeFromDescription();

        app.MapScalarApiReference("/docs", o =>
        {
            o.Title = "API";
            o.OpenApiRoutePattern = "/openapi.json";
            o.DefaultFonts = false;
        }).AddEndpointFilter(async (context, next) =>
        {
            var page = await next(context);
            // The page may load nothing from other sites, and may run only the inline scripts that it was sent with.
            var scripts = page is ContentHttpResult { ResponseContent: { } html }
                ? string.Concat(InlineScript().Matches(html).Select(m => Hash(m.Groups[1].Value)))
                : "";
            context.HttpContext.Response.Headers[HeaderNames.ContentSecurityPolicy] =
                $"default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                + "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";
            return page;
        }).AllowAnonymous();
    }

    // Browsers normalise line breaks to line feeds before they hash a script.
    private static string Hash(string script) =>
        $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.ReplaceLineEndings("\n"))))}'";

    [GeneratedRegex(@"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex InlineScript();

    /// <summary>
    /// Merges several documents into one. Components that have the same name but differ are prefixed with the name of their service.
    /// </summary>
    public static JsonObject Merge(IReadOnlyList<(string Name, JsonObject Document)> documents)
    {
        var merged = new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "News portal",
                ["version"] = documents[0].Document["info"]?["version"]?.DeepClone(),
                ["description"] = "The APIs of all services behind the gateway. Errors are problem documents (RFC 9457) that say how to "
                    + "correct the request.",
                ["contact"] = documents[0].Document["info"]?["contact"]?.DeepClone(),
                ["license"] = documents[0].Document["info"]?["license"]?.DeepClone(),
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["tags"] = new JsonArray(),
            ["paths"] = new JsonObject(),
            ["components"] = new JsonObject(),
        };
        foreach (var (name, original) in documents)
        {
            var document = Renamed(name, original, merged["components"]!.AsObject());
            foreach (var tag in document["tags"]?.AsArray() ?? []) merged["tags"]!.AsArray().Add(tag!.DeepClone());
            foreach (var (path, item) in document["paths"]?.AsObject() ?? [])
                merged["paths"]!.AsObject()[path] = Joined(merged["paths"]![path], item!);
            foreach (var (kind, components) in document["components"]?.AsObject() ?? [])
            {
                var all = (JsonObject)(merged["components"]![kind] ??= new JsonObject());
                foreach (var (key, component) in components!.AsObject()) all.TryAdd(key, component?.DeepClone());
            }
        }
        return merged;
    }

    // Two services may serve different methods of one path.
    private static JsonNode Joined(JsonNode? existing, JsonNode item)
    {
        if (existing is null) return item.DeepClone();
        var joined = existing.DeepClone().AsObject();
        foreach (var (method, operation) in item.AsObject()) joined[method] = operation?.DeepClone();
        return joined;
    }

    private static JsonObject Renamed(string name, JsonObject document, JsonObject taken)
    {
        var text = document.ToJsonString();
        var prefix = string.Concat(name.Split('-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
        var differ = (document["components"]?.AsObject() ?? []).SelectMany(
            kind =>
                kind.Value!
                    .AsObject()
                    .Where(c => taken[kind.Key]?[c.Key] is { } other && !JsonNode.DeepEquals(other, c.Value))
                    .Select(c => (Kind: kind.Key, c.Key))).ToArray();
        foreach (var (kind, key) in differ)
            text = text.Replace($"\"#/components/{kind}/{key}\"", $"\"#/components/{kind}/{prefix}{key}\"", StringComparison.Ordinal);
        var renamed = JsonNode.Parse(text)!.AsObject();
        foreach (var (kind, key) in differ)
        {
            var components = renamed["components"]![kind]!.AsObject();
            var component = components[key];
            components.Remove(key);
            components[prefix + key] = component;
        }
        return renamed;
    }

    private static async Task<JsonObject> GatewayDocument(IServiceProvider services, CancellationToken ct)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>("gateway").GetOpenApiDocumentAsync(ct);
        return JsonNode.Parse(await document.SerializeAsync(OpenApiSpecVersion.OpenApi3_1, "json", ct))!.AsObject();
    }

    // Healthy replicas come first, because a frozen one would use up the time limit of the client.
    private static IEnumerable<string> Addresses(ClusterState cluster) =>
        cluster.Destinations.Values.OrderBy(d => d.Health.Active == DestinationHealth.Unhealthy).Select(d => d.Model.Config.Address);

    private static async Task<JsonObject?> ServiceDocument(
        HttpClient http, string cluster, IEnumerable<string> addresses, CancellationToken ct)
    {
        foreach (var address in addresses)
        {
            try { return (await http.GetFromJsonAsync<JsonObject>(new Uri(new Uri(address), $"openapi/{cluster}.json"), ct))!; }
            catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException
                || (e is TaskCanceledException && !ct.IsCancellationRequested))
            {
                continue;
            }
        }
        return null;
    }

    // One reference, because concurrent requests read and replace it.
    private sealed record MergedDocument(DateTimeOffset At, string Document);
}
