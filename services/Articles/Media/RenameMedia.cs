using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Articles.Workflow;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Media;

/// <summary>Renames a picture. The name is for editors; no address contains it, so all addresses continue to work.</summary>
public sealed record RenameMedia(string Name)
{
    private const int MaxLength = 200;

    public IEnumerable<object> Decide(MediaItem? item)
    {
        if (item?.Original is null) throw new NotFound("There is no picture with this id.");
        if (item.Name != Name) yield return new MediaRenamed(Name);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/media/{id:guid}/name", async (
            Guid id,
            MediaNameRequest request,
            IfMatch seen,
            HttpContext http,
            MediaUsage usage,
            Decider decider,
            CancellationToken ct) =>
            {
                await usage.RequireChanging(id, Person.Of(http), ct);
                var decision = await decider.Decide<MediaItem>(
                    Streams.Media(id), seen.Expected, new RenameMedia(Clean(request.Name)).Decide, ct);
                return decision.Written(http, $"/api/media/{id}");
            }).Requires(Roles.Newsroom);

    /// <summary>The last part of a path, without markup and shortened if it is too long.</summary>
    internal static string Clean(string name)
    {
        var plain = PlainText.Clean(name);
        var cleaned = plain[(plain.LastIndexOfAny(['/', '\\']) + 1)..];
        var text = cleaned.Length > MaxLength ? PlainText.Xml(cleaned[..MaxLength]).Trim() : cleaned;
        return text.Length == 0 ? throw new Malformed("name", "must be 1..200 characters without markup") : text.Visible("name");
    }
}

/// <summary>The new name of a picture.</summary>
public sealed record MediaNameRequest([property: Required, Visible, StringLength(200)] string Name);
