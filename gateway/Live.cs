using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Platform.Hosting;

namespace Gateway;

/// <summary>What somebody wants to hear: topics (none: all) and a language.</summary>
public sealed record LiveFilter(IReadOnlyCollection<string> Topics, string? Lang)
{
    /// <summary>An entry that is for no language in particular is for everybody.</summary>
    public bool Wants(LiveEntry entry) =>
        (Topics.Count == 0 || Topics.Contains(entry.Topic)) && (Lang is null || entry.Langs.Count == 0 || entry.Langs.Contains(Lang));

    public static LiveFilter Of(string? topics, string? lang)
    {
        var wanted = topics?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (wanted.Except(WhatIsLive.Topics).FirstOrDefault() is { } unknown)
            throw new Malformed("topics", $"knows no '{unknown}': choose of {string.Join(", ", WhatIsLive.Topics)}, separated by commas");
        if (lang is not null && (lang.Length != 2 || !lang.All(char.IsAsciiLetterLower)))
            throw new Malformed("lang", "is a language in two small letters, for example en");
        return new(wanted, lang);
    }
}

/// <summary>
/// <c>GET /api/live</c>: server-sent events from the public events of all services. <c>article</c>: published, revised, retracted;
/// <c>comment</c>: posted, hidden; <c>rates</c>: published, corrected. A client that comes back with <c>Last-Event-ID</c> hears what it
/// missed; where that is not kept any more it is told to <c>reset</c>: to load anew what it shows.
/// </summary>
public static class Live
{
    /// <summary>The store of what was told, the queue that fills it, and who hands it on.</summary>
    public static void AddLive(this WebApplicationBuilder builder)
    {
        builder.AddDatabase("gateway", settings =>
        {
            settings.MaxPoolSize = 10;
            settings.Timeout = 30; // Thousands come back at once after a restart and wait for their turn.
            settings.MaxAutoPrepare = 10;
            settings.KeepAlive = 10;
            settings.NoResetOnClose = false; // One of them listens.
        });
        builder.Services.AddSingleton<LiveStore>().AddHostedService(provider => provider.GetRequiredService<LiveStore>());
        builder.Services.AddSingleton<LiveFeed>().AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        builder.Services.AddHealthChecks().AddCheck<LiveFeed>("live", tags: ["ready"]);
    }

    // A request of hours would be every average.
    public static void Map(WebApplication app) =>
        app.MapGet("/api/live", Listen).AllowAnonymous().Produces<string>(200, "text/event-stream").DisableHttpMetrics();

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> Listen(
        HttpContext http,
        LiveFeed feed,
        LiveStore store,
        string? topics,
        string? lang,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        [FromQuery(Name = "lastEventId")] string? lastEventIdOfQuery)
    {
        var filter = LiveFilter.Of(topics, lang);
        var heard = Heard(lastEventId is { Length: > 0 } ? lastEventId : lastEventIdOfQuery);
        if (http.IsHead())
        {
            // A stream never ends: what HEAD asks for is how it would begin.
            Begin(http.Response);
            return TypedResults.Empty;
        }
        if (feed.Join(filter, Protection.Client(http), http.Abort, out var tooMany) is not { } client)
        {
            if (tooMany)
            {
                http.Response.Headers.RetryAfter = "10";
                return TypedResults.Problem(
                    statusCode: 429,
                    type: "urn:problem-type:too-many-streams",
                    title: "Too many live streams",
                    detail: "Your address has as many live streams as one may have. Close one, or retry after Retry-After seconds.");
            }
            return TypedResults.Problem(
                statusCode: 503,
                type: "urn:problem-type:live-unavailable",
                title: "Nobody more can listen just now",
                detail: "Come back in a few seconds; until then the lists show all there is.");
        }
        try
        {
            await Tell(http, store, client, heard);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // It went away, or was cut off.
        }
        finally
        {
            feed.Leave(client);
        }
        return TypedResults.Empty;
    }

    private static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store, no-transform";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold it back
    }

    private static long? Heard(string? id) =>
        string.IsNullOrEmpty(id) ? null
        : long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var heard) ? heard
        : throw new Malformed("Last-Event-ID", "is an id that this stream gave: a number");

    private static async Task Tell(HttpContext http, LiveStore store, LiveClient client, long? heard)
    {
        var ct = http.RequestAborted;
        var at = heard ?? client.JoinedAt;
        var lost = false;
        IReadOnlyList<Placed> missed = [];
        // All that can fail before the first byte, while it can still be said.
        if (heard is not null)
        {
            var (forgotten, newest) = await store.Bounds(ct);
            lost = at < forgotten || at > newest;
            if (lost) at = client.JoinedAt;
            else missed = await store.After(at, ct);
        }

        var response = http.Response;
        Begin(response);
        http.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        // The pause before coming back differs, so that all who lost the same gateway do not come at once. The id is there from the start:
        // who hears nothing for an hour still has one.
        await Write($"retry: {1000 + client.Number % 50 * 100}\nid: {at}\n\n");
        if (lost)
            await Write(
                $"id: {at}\nevent: reset\ndata: {{\"why\":\"What you missed is not kept any more. Load anew what you show.\"}}\n\n");
        await response.Body.FlushAsync(ct);

        for (; missed.Count > 0; missed = at < client.JoinedAt ? await store.After(at, ct) : [])
        {
            foreach (var placed in missed.Where(p => client.Filter.Wants(p.Entry)))
                await response.Body.WriteAsync(Frame.Of(placed).Bytes, ct);
            at = missed[^1].Id;
            await response.Body.FlushAsync(ct);
        }

        while (await client.Frames.WaitToReadAsync(ct))
        {
            while (client.Frames.TryRead(out var frame))
                if (frame.Id > at || (frame.IsBeat && frame.Id == at))
                {
                    await response.Body.WriteAsync(frame.Bytes, ct);
                    at = frame.Id;
                }
            await response.Body.FlushAsync(ct);
        }

        async Task Write(string text) => await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
    }
}
