using System.Text.Json;
using System.Xml;
using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>Takes articles one by one and tells of each, while the next are still arriving: a bad one does not stop the good ones.</summary>
internal sealed class Importing(Decider decider, IDocumentStore store, TimeProvider clock, HttpContext http)
{
    private const string Type = "application/x-ndjson; charset=utf-8";

    /// <summary>Imports may be long; what is too long is one article.</summary>
    public void Begin()
    {
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        http.Response.ContentType = Type;
    }

    /// <summary>False where the store is away and it makes no sense to go on.</summary>
    public async Task<bool> Take(int line, Func<ExchangedArticle> read, CancellationToken ct, string? remark = null)
    {
        Guid? id = null;
        try
        {
            var article = read();
            id = article.Id;
            await using var session = store.QuerySession();
            var decision = await Slugs.Contend(async contended =>
            {
                var command = await article.ToCommand(clock.Now(), session, contended, ct);
                return await decider.Decide<Article>(
                    Streams.Article(article.Id),
                    Expected.Any,
                    command.Decide,
                    (s, before, after, token) => Slugs.Follow(s, article.Id, before, after, token),
                    ct);
            });
            await Tell(new(line, id, decision.Changed ? "created" : "unchanged", remark), ct);
        }
        catch (Exception e) when (e is JsonException or XmlException or Malformed or Rejected or NotFound or FormatException)
        {
            await Tell(new(line, id, "rejected", e is Malformed malformed ? $"{malformed.Field}: {e.Message}" : e.Message), ct);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            await Tell(new(line, id, "failed", "The database does not answer. Send this line and those after it again; what was taken is unchanged by that."), ct);
            return false;
        }
        return true;
    }

    public async Task Tell(ImportResult result, CancellationToken ct)
    {
        await JsonSerializer.SerializeAsync(http.Response.Body, result, Json.Http, ct);
        await http.Response.WriteAsync("\n", ct);
        await http.Response.Body.FlushAsync(ct);
    }
}
