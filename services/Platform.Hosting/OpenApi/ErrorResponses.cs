using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Platform.Hosting.OpenApi;

/// <summary>
/// The ways in which a request is refused, as components of the document: each with what a caller does about it and an example.
/// </summary>
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
            "Your token does not carry a role that may do this."),
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
            "You have seen version 3; it is 4 by now. Read it again, then repeat your change."),
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
            "Send If-Match with the ETag you were given."),
        [429] = ("TooOften", "urn:problem-type:too-many-writes", "Too many requests", "Retry after the number of seconds in Retry-After."),
        [503] = (
            "Unavailable",
            "urn:problem-type:store-unavailable",
            "The database does not answer",
            "Repeat it in a few seconds under the same id or Idempotency-Key: that never does it twice."),
    };

    /// <summary>Which of them an operation may meet.</summary>
    public static IEnumerable<int> Of(OpenApiOperation operation, string method, string path, bool signedIn)
    {
        var writes = !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method);
        var versioned = operation.Parameters?.Any(p => p.Name == "If-Match") == true;
        if (operation.Parameters?.Count > 0 || operation.RequestBody is not null) yield return 400;
        if (signedIn || operation.Responses?.ContainsKey("403") == true) { yield return 401; yield return 403; }
        if (path.Contains('{', StringComparison.Ordinal)) yield return 404;
        if (writes) yield return 409;
        if (versioned) { yield return 412; yield return 428; }
        if (operation.RequestBody is not null) { yield return 413; yield return 415; }
        if (operation.Responses?.ContainsKey("422") == true) yield return 422; // the endpoint says so
        if (!signedIn) yield return 429;
        yield return 503;
    }

    /// <summary>A reference to one, which is put into the document where it is not there yet.</summary>
    public static OpenApiResponseReference In(OpenApiDocument document, int status)
    {
        var (name, type, title, detail) = All[status];
        document.Components ??= new();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Responses ??= new Dictionary<string, IOpenApiResponse>();
        document.Components.Schemas.TryAdd(Schema, Problem());
        document.Components.Responses.TryAdd(name, new OpenApiResponse
        {
            // Several kinds of requests meet a 422; its example is of one of them.
            Description = status == 422 ? "The request is understood but cannot be processed" : title,
            Headers = status is 429 or 503
                ? new Dictionary<string, IOpenApiHeader>
                {
                    ["Retry-After"] = new OpenApiHeader
                    {
                        Description = "Seconds to wait.",
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
            Description = "What went wrong and how to mend it (RFC 9457).",
            Required = new HashSet<string> { "type", "title", "status", "detail" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("Names the kind of problem; programs decide by it."),
                ["title"] = Text("The kind of problem in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
                ["detail"] = Text("What is wrong this time, and how to mend it."),
                ["instance"] = Text("The path that was asked."),
                ["traceId"] = Text("Under this the operators find it in logs and traces."),
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
