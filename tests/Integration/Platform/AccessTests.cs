extern alias gateway;

using System.Text.RegularExpressions;
using Articles.Publishing;
using Comments.Posting;
using CurrencyRates.Sheets;
using Feedback.Messages;
using Integration.Gateway;
using Kit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Web;
using Xunit;

namespace Integration.Platform;

/// <summary>
/// The roles of an endpoint are declared three times: at the gateway, in the service and in the OpenAPI document. These tests compare the
/// three for every route, so that no declaration can be forgotten.
/// </summary>
public sealed partial class AccessTests(AccessTests.AllServices all) : IClassFixture<AccessTests.AllServices>
{
    private const string Anybody = "anybody";

    private static readonly Dictionary<string, string> Samples = new()
    {
        ["date"] = "2025-04-04",
        ["code"] = "USD",
        ["period"] = "latest",
        ["lang"] = "en",
        ["month"] = "2025-04",
        ["part"] = "1",
        ["key"] = "news",
        ["group"] = "g",
        ["emailHash"] = new string('a', 64),
    };

    [Fact]
    public void Every_endpoint_declares_its_roles()
    {
        var endpoints = all.Hosts.SelectMany(h => Routes(h.Services).Select(e => (h.Name, Endpoint: e))).ToArray();
        Assert.InRange(endpoints.Length, 180, 1000);
        Assert.Empty(endpoints.Where(e => Declared(e.Endpoint) is null).Select(e => $"{e.Name}: {e.Endpoint.DisplayName}"));
    }

    [Fact]
    public async Task The_gateway_the_service_and_the_OpenAPI_document_require_the_same_roles()
    {
        var (differ, compared) = (new List<string>(), 0);
        foreach (var (name, services) in all.Hosts.Where(h => h.Name != "gateway"))
        {
            var document = await OpenApi.Of(all.Direct(name), name, TestContext.Current.CancellationToken);
            foreach (var (method, pattern, roles) in Operations(services))
            {
                var described = document["paths"]![Constraint().Replace(pattern, "}")]?[method.ToLowerInvariant()];
                if (described is null) continue; // HEAD, the documentation and the health checks are not described
                compared++;
                var documented = described["x-roles"]?.AsArray().Select(r => r!.GetValue<string>()).Order().ToArray() ?? [Anybody];
                var atGateway = await AtGateway(method,
                    Parameter().Replace(pattern, p => Samples.GetValueOrDefault(p.Groups[1].Value, $"{Some.Id()}")));
                if (!documented.SequenceEqual(roles) || !atGateway.SequenceEqual(roles))
                    differ.Add(
                        $"{method} {pattern}: gateway {string.Join(' ', atGateway)}; "
                        + $"{name} {string.Join(' ', roles)}; described {string.Join(' ', documented)}");
            }
        }
        Assert.True(differ.Count == 0, string.Join('\n', differ));
        Assert.InRange(compared, 100, 1000);
    }

    /// <summary>Returns the roles with which the gateway forwards a request, or anybody if it needs no role.</summary>
    private async Task<string[]> AtGateway(string method, string path)
    {
        var through = new List<string>();
        foreach (var role in Roles.All.Prepend(Anybody))
        {
            var answer = await all.Callers[role].Send($"{method} {path}", method == "GET" ? null : "{}");
            if (answer.Body == AllServices.Reached) through.Add(role);
            else Assert.True((int)answer.Status is 401 or 403, $"{method} {path} as {role}: {(int)answer.Status} {answer.Body}");
        }
        return through.Contains(Anybody)
            ? [Anybody, .. Roles.All.Except(through).Select(missing => $"not {missing}")]
            : [.. through.Order()];
    }

    private static IEnumerable<(string Method, string Pattern, string[] Roles)> Operations(IServiceProvider services) =>
        from endpoint in Routes(services)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where method != "HEAD"
        select (method, endpoint.RoutePattern.RawText!, Declared(endpoint)!);

    private static IEnumerable<RouteEndpoint> Routes(IServiceProvider services) =>
        services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>Returns the roles of which one is sufficient, or null if the endpoint declares nothing.</summary>
    private static string[]? Declared(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) return [Anybody];
        var data = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        return data.Count == 0
            ? null
            : [.. data.SelectMany(a => a.Roles?.Split(',') ?? (a.Policy == "viewer" ? [Roles.Admin, Roles.Operator] : [a.Policy!]))
                .Distinct().Order()];
    }

    [GeneratedRegex(@":[^/]*?\}(?=[/.-]|$)")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{\**(\w+)[^/]*?\}(?=[/.-]|$)")]
    private static partial Regex Parameter();

    /// <summary>All services with a store, and a gateway whose backends all return the same response.</summary>
    public sealed class AllServices : IAsyncLifetime
    {
        public const string Reached = "reached";
        private readonly ServiceFixture<Article> _articles = new();
        private readonly ServiceFixture<Comment> _comments = new();
        private readonly ServiceFixture<RateSheet> _rates = new();
        private readonly ServiceFixture<ContactTicket> _feedback = new();
        private readonly GatewayFixture _gateway = new();
        private Microsoft.AspNetCore.Mvc.Testing.WebApplicationFactory<gateway::Gateway.Cache.Generations> _before = null!;

        public IReadOnlyList<(string Name, IServiceProvider Services)> Hosts { get; private set; } = [];
        public Dictionary<string, HttpClient> Callers { get; } = [];

        public HttpClient Direct(string service) => service switch
        {
            "articles" => _articles.Client(),
            "comments" => _comments.Client(),
            "currency-rates" => _rates.Client(),
            _ => _feedback.Client(),
        };

        public async ValueTask InitializeAsync()
        {
            await _gateway.InitializeAsync();
            _gateway.One.Answer = _gateway.Other.Answer = http => http.Response.WriteAsync(Reached);
            _before = await _gateway.Another([.. new[] { "comments", "currency-rates", "feedback", "portal" }
                .SelectMany(c => new[] { ($"ReverseProxy:Clusters:{c}:Destinations:gone:Address", _gateway.One.Address) })]);
            foreach (var role in Roles.All.Prepend(Anybody))
                Callers[role] =
                    ServiceFixture<gateway::Gateway.Cache.Generations>.SignedIn(GatewayFixture.At(_before), role == Anybody ? [] : [role]);
            await _articles.InitializeAsync();
            await _comments.InitializeAsync();
            await _rates.InitializeAsync();
            await _feedback.InitializeAsync();
            Hosts =
            [
                ("articles", _articles.Services),
                ("comments", _comments.Services),
                ("currency-rates", _rates.Services),
                ("feedback", _feedback.Services),
                ("gateway", _before.Services),
            ];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var caller in Callers.Values) caller.Dispose();
            await _before.DisposeAsync();
            await _articles.DisposeAsync();
            await _comments.DisposeAsync();
            await _rates.DisposeAsync();
            await _feedback.DisposeAsync();
            await _gateway.DisposeAsync();
        }
    }
}
