using Articles.Publishing;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>The section requires two persons for each publication, or no longer does.</summary>
public sealed record SectionFourEyesSet(bool Required);

/// <summary>
/// Switches the four-eyes rule of a section on or off. While it is on, the person who wrote the last change of an article in the section
/// cannot approve, schedule or publish it.
/// </summary>
public sealed record RequireFourEyes(bool Required)
{
    public IEnumerable<object> Decide(Section? section)
    {
        if (section is null) throw new NotFound("There is no section with this key. Create it with PUT /api/sections/{key} first.");
        if ((section.FourEyes == true) != Required) yield return new SectionFourEyesSet(Required);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/sections/{key}/four-eyes", async (
            string key, FourEyesRequest request, HttpContext http, Decider decider, CancellationToken ct) =>
            {
                var decision = await decider.Decide<Section>(Streams.Section(key), new RequireFourEyes(request.Required).Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Sections);
                return decision.Written(http, "/api/sections");
            }).Requires(Roles.Publisher);
}

/// <summary><c>required</c> is true if the section requires two persons for each publication.</summary>
public sealed record FourEyesRequest(bool Required);
