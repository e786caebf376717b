using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Articles.Publishing;
using Articles.Texts;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Links;

/// <summary>Creates or changes an entry in the directory of links.</summary>
public sealed record DefineLink(LinkDefined Entry)
{
    public IEnumerable<object> Decide(Link? link)
    {
        var current = link?.Entry;
        var same = current is not null
            && (Entry.Order, Entry.Url, Entry.From, Entry.Until) == (current.Order, current.Url, current.From, current.Until)
            && Entry.Names.Count == current.Names.Count && Entry.Names.All(n => current.Names.GetValueOrDefault(n.Key) == n.Value);
        if (!same) yield return Entry;
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/links/{key}", async (
            string key, LinkRequest request, IfMatch seen, HttpContext http, Decider decider, CancellationToken ct) =>
            {
                var decision =
                    await decider.Decide<Link>(Streams.Link(key), seen.Expected, new DefineLink(request.ToEntry(key)).Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Links);
                return decision.Written(http, "/api/links");
            }).Requires(Roles.Editor);
}

/// <summary>
/// An entry of the directory of links, with a name in every language. <c>from</c> and <c>until</c> are the first and the last day on which
/// it is valid.
/// </summary>
public sealed record LinkRequest(
    [property: Range(0, 1000)] int Order,
    [property: Required, StringLength(2000)] string Url,
    [property: Required] Dictionary<string, string> Names,
    DateOnly? From = null,
    DateOnly? Until = null)
{
    internal LinkDefined ToEntry(string key)
    {
        if (Regex.Match(key, SectionRequest.KeyPattern).Length != key.Length)
            throw new Malformed("key", "must be 1..40 lower-case Latin letters, digits and hyphens, and begin with a letter");
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
            throw new Malformed("url", "must be an absolute http or https address");
        if (Names.Keys.Except(Languages.All).FirstOrDefault() is { } unknown)
            throw new Malformed($"names.{unknown}", $"must be one of {string.Join(", ", Languages.All)}");
        var names = Names.ToDictionary(n => n.Key, n => PlainText.Clean(n.Value));
        foreach (var language in Languages.All)
            if (names.GetValueOrDefault(language) is not { Length: >= 1 and <= 200 })
                throw new Malformed($"names.{language}", "must be 1..200 characters without markup");
        foreach (var (language, name) in names) name.Visible($"names.{language}");
        if (Until < From) throw new Malformed("until", "must not be before from");
        return new LinkDefined(Order, url.AbsoluteUri, names, From, Until);
    }
}
