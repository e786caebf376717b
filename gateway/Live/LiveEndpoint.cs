using System.Globalization;
using System.Text;
using Gateway.Edge;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Platform.Postgres;
using Platform.Web;

namespace Gateway.Live;

/// <summary>The events that a client subscribes to: topics (none means all) and a language.</summary>
public sealed record LiveFilter(IReadOnlyCollection<string> Topics, string? Lang)
{
    /// <summary>Whether the client receives an entry. An entry without languages is for every client.</summary>
    public bool Wants(LiveEntry entry) =>
        (Topics.Count == 0 || Topics.Contains(entry.Topic)) && (Lang is null || entry.Langs.Count == 0 || entry.Langs.Contains(Lang));

    public static LiveFilter Of(string? topics, string? lang)
    {
        var wanted = topics?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (wanted.Except(LiveEvents.Topics).FirstOrDefault() is { } unknown)
            throw new Malformed(
                "topics",
                $"contains the unknown topic '{unknown}'; use a comma-separated list of {string.Join(", ", LiveEvents.Topics)}");
        if (lang is not null && (lang.Length != 2 || !lang.All(char.IsAsciiLetterLower)))
            throw new Malformed("lang", "must be a language code of two lower-case letters, for example en");
        return new(wanted, lang);
    }
}

/// <summary>
/// <c>GET /api/live</c>: server-sent events from the public events of all services. Topics: <c>article</c> (published, revised, retracted),
/// <c>comment</c> (posted, edited, hidden) and <c>rates</c> (published, corrected). A client that reconnects with <c>Last-Event-ID</c>
/// receives the events that it missed. If they are no longer stored, it receives a <c>reset</c> event and must reload what it displays.
/// </summary>
public static class LiveEndpoint
{
    /// <summary>Adds the store of live events, the service that delivers them to clients, and its health check.</summary>
    public static void AddLive(this WebApplicationBuilder builder)
    {
        builder.AddDatabase("gateway", settings =>
        {
            settings.MaxPoolSize = 10;
            settings.Timeout = 30; // After a restart thousands of clients reconnect at once and wait for a connection.
            settings.MaxAutoPrepare = 10;
        });
        builder.Services.AddSingleton<LiveStore>().AddHostedService(provider => provider.GetRequiredService<LiveStore>());
        builder.Services.AddSingleton<LiveFeed>().AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        builder.Services.AddHealthChecks().AddCheck<LiveFeed>("live", tags: ["ready"]);
    }

    // Requests that last hours would distort the duration metrics.
    public static void Map(WebApplication app) =>
        app.MapGet("/api/live", Subscribe).AllowAnonymous().Produces<string>(200, "text/event-stream").DisableHttpMetrics();

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> Subscribe(
        HttpContext http,
        LiveFeed feed,
        LiveStore store,
        string? topics,
        string? lang,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        [FromQuery(Name = "lastEventId")] string? lastEventIdOfQuery)
    {
        var filter = LiveFilter.Of(topics, lang);
        var lastId = ParseEventId(lastEventId is { Length: > 0 } ? lastEventId : lastEventIdOfQuery);
        if (http.IsHead())
        {
            // A stream never ends, so HEAD gets only the headers of a stream.
            WriteHeaders(http.Response);
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
                    detail: "Your address has reached the maximum number of live streams. Close one, or retry after the number of "
                        + "seconds in Retry-After.");
            }
            return TypedResults.Problem(
                statusCode: 503,
                type: "urn:problem-type:live-unavailable",
                title: "Nobody more can listen just now",
                detail: "Retry in a few seconds. Until then, the list endpoints return the current state.");
        }
        try
        {
            await SendEvents(http, feed, store, client, lastId);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected, or was disconnected because it stopped reading.
        }
        finally
        {
            feed.Leave(client);
        }
        return TypedResults.Empty;
    }

    private static void WriteHeaders(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store, no-transform";
        response.Headers["X-Accel-Buffering"] = "no"; // Otherwise nginx buffers the stream.
    }

    private static long? ParseEventId(string? id) =>
        string.IsNullOrEmpty(id) ? null
        : long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new Malformed("Last-Event-ID", "must be the numeric id of an event from this stream");

    private static async Task SendEvents(HttpContext http, LiveFeed feed, LiveStore store, LiveClient client, long? lastId)
    {
        var ct = http.RequestAborted;
        var position = lastId ?? client.JoinedAt;
        var isIncomplete = false;
        IReadOnlyList<StoredEntry> missed = [];
        // Queries that can fail come before the first byte, while an error response is still possible.
        if (lastId is not null)
        {
            var (expired, newest) = await store.Bounds(ct);
            isIncomplete = position < expired || position > newest;
            if (isIncomplete) position = client.JoinedAt;
            else missed = await store.After(position, ct);
        }

        var response = http.Response;
        WriteHeaders(response);
        http.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        // The reconnection delay differs between clients, so that the clients of a failed gateway do not reconnect all at once. The id is
        // sent at the start, so that a client that receives no event for an hour still has one.
        await Write($"retry: {1000 + client.Number % 50 * 100}\nid: {position}\n\n");
        if (isIncomplete)
            await Write(
                $"id: {position}\nevent: reset\n"
                + "data: {\"why\":\"The events that you missed are no longer stored. Reload what you display.\"}\n\n");
        await response.Body.FlushAsync(ct);

        await SendMissed(missed);
        while (await client.Frames.WaitToReadAsync(ct))
        {
            while (client.Frames.TryRead(out var frame))
                if (frame.Id > position || (frame.IsHeartbeat && frame.Id == position)) await SendFrame(frame);
            await response.Body.FlushAsync(ct);
            if (feed.Rejoin(client)) await SendMissed(await store.After(position, ct));
        }

        async Task SendMissed(IReadOnlyList<StoredEntry> page)
        {
            for (; page.Count > 0; page = position < client.JoinedAt ? await store.After(position, ct) : [])
            {
                foreach (var entry in page.Where(m => client.Filter.Wants(m.Entry))) await SendFrame(Frame.Of(entry));
                position = page[^1].Id;
                await response.Body.FlushAsync(ct);
            }
        }

        async Task SendFrame(Frame frame)
        {
            await response.Body.WriteAsync(frame.Bytes, ct);
            position = frame.Id;
            client.Advance();
        }

        async Task Write(string text) => await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
    }
}
