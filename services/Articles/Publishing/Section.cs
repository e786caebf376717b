using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>A section was created or changed. Names are keyed by language.</summary>
public sealed record SectionDefined(int Order, IReadOnlyDictionary<string, string> Names);

/// <summary>A section of the portal. It is both the state for decisions and the read model.</summary>
public sealed record Section : Stored, IState<Section>
{
    public string Id { get; init; } = "";
    public int Order { get; init; }
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    public Section Evolve(object @event) => @event is SectionDefined e ? this with { Order = e.Order, Names = e.Names } : this;
}

/// <summary>Creates or changes a section with PUT, and lists all sections in their order with GET.</summary>
public sealed record DefineSection(int Order, IReadOnlyDictionary<string, string> Names)
{
    public IEnumerable<object> Decide(Section? section)
    {
        var same = section is not null
            && section.Order == Order
            && section.Names.Count == Names.Count
            && Names.All(n => section.Names.GetValueOrDefault(n.Key) == n.Value);
        if (!same) yield return new SectionDefined(Order, Names);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/api/sections/{key}", async (
            string key, SectionRequest request, IfMatch seen, HttpContext http, Decider decider, CancellationToken ct) =>
            {
                var decision = await decider.Decide<Section>(
                    Streams.Section(key), seen.Expected, new DefineSection(request.Order, request.Validate(key)).Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Sections, SurrogateKey.Articles);
                return decision.Written(http, "/api/sections");
            }).Requires(Roles.Editor);

        app.MapGet("/api/sections", async (HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            http.Response.TagWithKeys(SurrogateKey.Sections);
            var sections = await session.Query<Section>().OrderBy(s => s.Order).ThenBy(s => s.Id).ToListAsync(ct);
            return new { items = sections.Select(s => new SectionItem(s.Id["section-".Length..], s.Order, s.Names)) };
        }).AllowAnonymous();
    }
}

/// <summary>One section: its key in addresses and filters, its position, and its names by language.</summary>
public sealed record SectionItem(string Key, int Order, IReadOnlyDictionary<string, string> Names);

/// <summary>A section, with a name in every language.</summary>
public sealed record SectionRequest([property: Range(0, 1000)] int Order, [property: Required] Dictionary<string, string> Names)
{
    public const string KeyPattern = "^[a-z][a-z0-9-]{0,39}$";

    /// <summary>Validates the key and the names, and returns the names without markup.</summary>
    internal Dictionary<string, string> Validate(string key)
    {
        // Compares the length, because "$" also matches before a line break at the end.
        if (System.Text.RegularExpressions.Regex.Match(key, KeyPattern).Length != key.Length)
            throw new Malformed("key", "must be 1..40 lower-case Latin letters, digits and hyphens, and begin with a letter");
        if (Names.Keys.Except(Languages.All).FirstOrDefault() is { } unknown)
            throw new Malformed($"names.{unknown}", $"must be one of {string.Join(", ", Languages.All)}");
        var names = Names.ToDictionary(n => n.Key, n => PlainText.Clean(n.Value));
        foreach (var language in Languages.All)
            if (names.GetValueOrDefault(language) is not { Length: >= 1 and <= 100 })
                throw new Malformed($"names.{language}", "must be 1..100 characters without markup");
        foreach (var (language, name) in names) name.Visible($"names.{language}");
        return names;
    }
}
