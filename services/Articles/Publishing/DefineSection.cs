using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>Creates or changes a section.</summary>
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

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/sections/{key}", async (
            string key, SectionRequest request, IfMatch seen, HttpContext http, Decider decider, CancellationToken ct) =>
            {
                var decision = await decider.Decide<Section>(
                    Streams.Section(key), seen.Expected, new DefineSection(request.Order, request.Validate(key)).Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Sections, SurrogateKey.Articles);
                return decision.Written(http, "/api/sections");
            }).Requires(Roles.Editor);
}

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
