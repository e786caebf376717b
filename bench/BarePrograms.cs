using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Yarp.ReverseProxy.Configuration;

namespace Bench;

/// <summary>The two programs of the bare way. This executable runs one of them if its first argument is <see cref="Argument"/>.</summary>
internal static class BarePrograms
{
    public const string Argument = "bare", Endpoint = "endpoint", Proxy = "proxy", Probe = "/health/live";

    public const string Table = """
        create table comment (
          id uuid primary key, article uuid not null, author text not null, text text not null, posted_at timestamptz not null);
        create table single_row (id uuid primary key default gen_random_uuid(), body text not null)
        """;

    private sealed record Comment(string Author, string Text);

    public static Task Run(string program) => program switch
    {
        Endpoint => RunEndpoint(),
        Proxy => RunProxy(),
        _ => throw new ArgumentException($"There is no program \"{program}\".", nameof(program)),
    };

    private static async Task RunEndpoint()
    {
        var builder = NewBuilder();
        await using var store = NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Postgres")!);
        await using var app = builder.Build();
        app.MapGet(Probe, () => "Healthy");
        app.MapPost("/api/articles/{article:guid}/comments", async (Guid article, Comment comment) =>
        {
            var id = Guid.CreateVersion7();
            await using var insert = store.CreateCommand(
                "insert into comment (id, article, author, text, posted_at) values ($1, $2, $3, $4, now())");
            insert.Parameters.AddWithValue(id);
            insert.Parameters.AddWithValue(article);
            insert.Parameters.AddWithValue(comment.Author);
            insert.Parameters.AddWithValue(comment.Text);
            await insert.ExecuteNonQueryAsync();
            return Results.Created($"/api/comments/{id}", new { id });
        });
        await app.RunAsync();
    }

    private static async Task RunProxy()
    {
        var builder = NewBuilder();
        // As in the gateway.
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = builder.Configuration["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] == "1";
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "endpoint", Match = new RouteMatch { Path = "/{**rest}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "endpoint",
                    Destinations = new Dictionary<string, DestinationConfig>
                    {
                        ["endpoint"] = new() { Address = builder.Configuration["Bare:Endpoint"]! },
                    },
                },
            ]);
        await using var app = builder.Build();
        app.MapReverseProxy();
        await app.RunAsync();
    }

    private static WebApplicationBuilder NewBuilder()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }
}
