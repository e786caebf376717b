using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Articles.Workflow;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Media;

/// <summary>Describes a picture: alternative text and caption by language, credit, licence and focal point.</summary>
public sealed record DescribeMedia(MediaDescription Description)
{
    public IEnumerable<object> Decide(MediaItem? item)
    {
        if (item?.Original is null) throw new NotFound("There is no picture with this id.");
        if (!Description.IsSameAs(item.Description)) yield return new MediaDescribed(Description);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/media/{id:guid}/description", async (
            Guid id,
            MediaDescriptionRequest request,
            IfMatch seen,
            HttpContext http,
            MediaUsage usage,
            Decider decider,
            CancellationToken ct) =>
            {
                await usage.RequireChanging(id, Person.Of(http), ct);
                var decision = await decider.Decide<MediaItem>(
                    Streams.Media(id), seen.Expected, new DescribeMedia(request.ToDescription()).Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Media(id));
                return decision.Written(http, $"/api/media/{id}");
            }).Requires(Roles.Newsroom);
}

/// <summary>
/// The description of a picture. <c>alt</c> says what the picture shows, for readers who cannot see it; <c>caption</c> is shown below it.
/// Both are keyed by language. <c>focalX</c> and <c>focalY</c> are the part that stays visible if the picture is cropped, from 0 (left,
/// top) to 1 (right, bottom).
/// </summary>
public sealed record MediaDescriptionRequest(
    Dictionary<string, string>? Alt = null,
    Dictionary<string, string>? Caption = null,
    [property: Visible, StringLength(200)] string? Credit = null,
    [property: Visible, StringLength(200)] string? Licence = null,
    [property: Range(0.0, 1.0)] double FocalX = 0.5,
    [property: Range(0.0, 1.0)] double FocalY = 0.5)
{
    internal const int MaxAlt = 300, MaxCaption = 1000, MaxName = 200;

    internal MediaDescription ToDescription() => new(
        Texts(Alt, "alt", MaxAlt),
        Texts(Caption, "caption", MaxCaption),
        Name(Credit, "credit"),
        Name(Licence, "licence"),
        Share(FocalX, "focalX"),
        Share(FocalY, "focalY"));

    // Also called for imports, for which the framework validates no annotations.
    private static string? Name(string? name, string field) =>
        PlainText.CleanOrNull(name) is not { } clean ? null
        : clean.Length <= MaxName ? clean.Visible(field)
        : throw new Malformed(field, $"must be at most {MaxName} characters without markup");

    private static double Share(double share, string field) =>
        share is >= 0 and <= 1 ? Math.Round(share, 3) : throw new Malformed(field, "must be a number from 0 to 1");

    private static Dictionary<string, string> Texts(Dictionary<string, string>? texts, string field, int maxLength)
    {
        if (texts?.Keys.FirstOrDefault(l => !Languages.All.Contains(l)) is { } unknown)
            throw new Malformed($"{field}.{unknown}", $"must be one of {string.Join(", ", Languages.All)}");
        var cleaned = (texts ?? []).OrderBy(t => Languages.Rank(t.Key)).ToDictionary(t => t.Key, t => PlainText.Clean(t.Value));
        foreach (var (language, text) in cleaned)
        {
            if (text.Length is 0 || text.Length > maxLength)
                throw new Malformed($"{field}.{language}", $"must be 1..{maxLength} characters without markup; omit it if there is none");
            text.Visible($"{field}.{language}");
        }
        return cleaned;
    }
}
