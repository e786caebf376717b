using System.Text.Json.Nodes;

namespace EndToEnd.Fuzzing;

/// <summary>A parameter of an operation: its name, its location (path, query or header) and a valid example.</summary>
internal sealed record Parameter(string Name, string In, string Example);

/// <summary>An operation of the OpenAPI document.</summary>
/// <param name="Bodies">The media types of the request body, each with an example.</param>
/// <param name="Roles">The roles of which one is required; empty if no role is required.</param>
/// <param name="Responses">The described responses, by status; null for pages, which are not described.</param>
internal sealed record Operation(
    string Method,
    string Path,
    IReadOnlyList<Parameter> Parameters,
    IReadOnlyList<(string MediaType, JsonNode? Example)> Bodies,
    IReadOnlyList<string> Roles,
    JsonObject? Responses)
{
    public string Name => $"{Method} {Path}";

    /// <summary>All operations of an OpenAPI document.</summary>
    public static IEnumerable<Operation> Of(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "head" or "put" or "post" or "delete" or "patch"
        select new Operation(
            operation.Key.ToUpperInvariant(),
            path.Key,
            [.. (operation.Value!["parameters"]?.AsArray() ?? []).Select(p => ParameterOf(Resolved(document, p!)))],
            [.. ContentOf(document, operation.Value["requestBody"]).Select(c => (c.Key, c.Value!["example"]))],
            [.. (operation.Value["x-roles"]?.AsArray() ?? []).Select(r => r!.GetValue<string>())],
            ResponsesOf(document, operation.Value["responses"]!.AsObject()));

    /// <summary>An address that the OpenAPI document does not describe, such as a page or a sitemap.</summary>
    /// <param name="template">The path with its parameters in braces, followed by the names of the query parameters.</param>
    public static Operation Page(string template)
    {
        var (path, query) = template.Split('?') is [var p, var q] ? (p, q.Split('&')) : (template, []);
        var inPath = path.Split('{').Skip(1).Select(part => new Parameter(part.Split('}')[0], "path", "en"));
        return new("GET", path, [.. inPath, .. query.Select(name => new Parameter(name, "query", "1"))], [], [], null);
    }

    private static Parameter ParameterOf(JsonNode parameter) =>
        new($"{parameter["name"]}", $"{parameter["in"]}", parameter["example"]?.ToString() ?? "1");

    private static JsonObject ContentOf(JsonNode document, JsonNode? body) =>
        body is null ? [] : Resolved(document, body)["content"]?.AsObject() ?? [];

    private static JsonNode Resolved(JsonNode document, JsonNode node) => node["$ref"]?.GetValue<string>() is { } reference
        ? reference.Split('/').Skip(1).Aggregate(document, (at, name) => at[name]!)
        : node;

    private static JsonObject ResponsesOf(JsonNode document, JsonObject responses) =>
        new(responses.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)Resolved(document, r.Value!).DeepClone())));
}
