using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Platform.Web.OpenApi;

/// <summary>The error responses as components of the document, each with an example.</summary>
internal static class ErrorResponses
{
    private const string Schema = "Problem";

    private static readonly Dictionary<int, (string Name, string Type, string Title, string Detail)> All = new()
    {
        [400] = ("Malformed", "urn:problem-type:invalid-request", "The request is not valid", "limit: must be a number from 1 to 100"),
        [401] = (
            "NotSignedIn",
            "https://tools.ietf.org/html/rfc9110#section-15.5.2",
            "Unauthorized",
            "Send a valid token: Authorization: Bearer <token>."),
        [403] = (
            "NotAllowed",
            "https://tools.ietf.org/html/rfc9110#section-15.5.4",
            "Forbidden",
            "Your token does not have a role that permits this request."),
        [404] = ("NotFound", "urn:problem-type:not-found", "There is no such thing", "There is no published article with this id."),
        [409] = (
            "Rejected",
            "urn:problem-type:rejected",
            "The current state does not allow this",
            "The article was retracted; its discussion is closed."),
        [412] = (
            "Stale",
            "urn:problem-type:stale-version",
            "Somebody changed it since you read it",
            "You sent If-Match \"3\" but the current version is \"4\". Read it again, then repeat your change on that version."),
        [413] = ("TooLarge", "urn:problem-type:too-large", "The request body is too large", $"At most {Limits.Body} bytes are accepted."),
        [415] = (
            "NotThisMediaType",
            "https://tools.ietf.org/html/rfc9110#section-15.5.16",
            "Unsupported Media Type",
            "Send the body as application/json."),
        [422] = ("NotTaken", "urn:problem-type:selection-too-long", "The selection cannot be taken", "The selected text is too long."),
        [428] = (
            "VersionRequired",
            "urn:problem-type:version-required",
            "Say which version you have seen",
            "It exists already, at version \"2\". Send If-Match with the version (ETag) you have seen."),
        [429] = ("TooOften", "urn:problem-type:too-many-writes", "Too many requests", "Retry after the number of seconds in Retry-After."),
        [503] = (
            "Unavailable",
            "urn:problem-type:store-unavailable",
            "The database does not answer",
            "The write may or may not have been stored. Repeat the request in a few seconds with the same id or Idempotency-Key: "
            + "it takes effect only once."),
    };

    /// <summary>The error statuses that an operation may return.</summary>
    public static IEnumerable<int> Of(OpenApiOperation operation, string method, string path, bool signedIn)
    {
        var writes = !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method);
        var versioned = operation.Parameters?.Any(p => p.Name == "If-Match") == true;
        bool Declares(string status) => operation.Responses?.ContainsKey(status) == true;
        if (operation.Parameters?.Count > 0 || operation.RequestBody is not null || Declares("400")) yield return 400;
        if (signedIn || Declares("403")) { yield return 401; yield return 403; }
        if (path.Contains('{', StringComparison.Ordinal)) yield return 404;
        if (writes) yield return 409;
        if (versioned) { yield return 412; yield return 428; }
        if (operation.RequestBody is not null) { yield return 413; yield return 415; }
        if (Declares("422")) yield return 422;
        if (!signedIn) yield return 429;
        yield return 503;
    }

    /// <summary>A reference to an error response, which is added to the document if it is missing.</summary>
    public static OpenApiResponseReference In(OpenApiDocument document, int status)
    {
        var (name, type, title, detail) = All[status];
        document.Components ??= new();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Responses ??= new Dictionary<string, IOpenApiResponse>();
        document.Components.Schemas.TryAdd(Schema, Problem());
        document.Components.Responses.TryAdd(name, new OpenApiResponse
        {
            // The description is general because several kinds of requests return 422; the example shows one of them.
            Description = status == 422 ? "The request is understood but cannot be processed" : title,
            Headers = status is 429 or 503
                ? new Dictionary<string, IOpenApiHeader>
                {
                    ["Retry-After"] = new OpenApiHeader
                    {
                        Description = "The number of seconds to wait before a retry.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                    },
                }
                : null,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new()
                {
                    Schema = new OpenApiSchemaReference(Schema, document),
                    Example = Example(status, type, title, detail),
                },
            },
        });
        return new OpenApiResponseReference(name, document);
    }

    private static JsonObject Example(int status, string type, string title, string detail)
    {
        var example = new JsonObject
        {
            ["type"] = type,
            ["title"] = title,
            ["status"] = status,
            ["detail"] = detail,
            ["instance"] = "/api/articles",
            ["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        };
        if (status == 400) example["errors"] = new JsonObject { ["limit"] = new JsonArray("must be a number from 1 to 100") };
        return example;
    }

    private static OpenApiSchema Problem()
    {
        OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
        return new()
        {
            Type = JsonSchemaType.Object,
            Description = "What went wrong and how to correct it (RFC 9457).",
            Required = new HashSet<string> { "type", "title", "status", "detail" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("Identifies the kind of problem; clients should branch on it."),
                ["title"] = Text("The kind of problem as text."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
                ["detail"] = Text("What is wrong with this request, and how to correct it."),
                ["instance"] = Text("The path of the request."),
                ["traceId"] = Text("The trace id, with which operators find the request in logs and traces."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "What is wrong with each field.",
                    AdditionalProperties = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        Items = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                },
            },
        };
    }
}
