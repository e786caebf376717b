using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace Kit;

/// <summary>
/// A service as its program configures it, without its background work, so that nothing connects to a database or to a broker. Tests read
/// from it what the service registers.
/// </summary>
public sealed class UnstartedService
{
    private static readonly ConcurrentDictionary<string, Lazy<UnstartedService>> Known = new();
    private readonly Lazy<Task<JsonNode>> _document;

    private UnstartedService(string name, IServiceProvider services)
    {
        Services = services;
        _document = new(async () =>
        {
            var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(name).GetOpenApiDocumentAsync();
            return JsonNode.Parse(await document.SerializeAsync(OpenApiSpecVersion.OpenApi3_1, "json"))!;
        });
    }

    public IServiceProvider Services { get; }

    /// <summary>
    /// A service, or the gateway. <paramref name="assembly"/> is its name, such as CurrencyRates. It is built once for all tests, which do
    /// not change it.
    /// </summary>
    public static UnstartedService Of(string assembly) => Known.GetOrAdd(assembly, name => new(() => New(name))).Value;

    /// <summary>The OpenAPI document of the service.</summary>
    public Task<JsonNode> ApiDocument => _document.Value;

    private static UnstartedService New(string assembly)
    {
        var type = Assembly.Load(assembly).GetExportedTypes().First(t => t is { IsClass: true, IsAbstract: false, IsGenericType: false });
        var program = (IProgram)Activator.CreateInstance(typeof(Program<>).MakeGenericType(type))!;
        return new(Repository.Kebab(assembly), program.Services);
    }

    private interface IProgram
    {
        IServiceProvider Services { get; }
    }

    private sealed class Program<TOfService> : WebApplicationFactory<TOfService>, IProgram where TOfService : class
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("ConnectionStrings:Postgres", "Host=localhost");
            builder.UseSetting("ConnectionStrings:RabbitMq", "amqp://localhost/");
            builder.UseSetting("Auth:PublicKeyFile", Tokens.PublicKeyFile);
            builder.UseSetting("Privacy:PersonKey", "a key for tests");
            builder.UseSetting("Logging:Console:LogLevel:Default", "Critical");
            builder.ConfigureTestServices(services =>
            {
                foreach (var service in services.Where(IsBackgroundWork).ToArray()) services.Remove(service);
            });
        }

        private static bool IsBackgroundWork(ServiceDescriptor service) =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name != "GenericWebHostService";
    }
}
