using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Platform.Web.OpenApi;

/// <summary>
/// Generates <c>/openapi/{service}.json</c> (OpenAPI 3.1) from the endpoints of a process and their <c>///</c> comments. Operation ids
/// depend only on method and path, so that a generated client changes only if the API does.
/// </summary>
internal static partial class InterfaceDescription
{
    private const string Bearer = "bearer";

    public static void AddInterfaceDescription(this WebApplicationBuilder builder, string name) => builder.Services.AddOpenApi(name, o =>
    {
        o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        o.CreateSchemaReferenceId = type =>
            type.Type.Name.Contains('<', StringComparison.Ordinal) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        o.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, context);
            return Task.CompletedTask;
        });
        o.AddOperationTransformer(async (operation, context, ct) =>
        {
            Describe(operation, context, name);
            await Choices(operation, context, ct);
        });
        o.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document, name);
            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        // Numbers may also be sent as strings; the schemas do not mention that.
        if (schema.Type is { } type
            && (type & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0
            && (type & JsonSchemaType.String) != 0)
        {
            schema.Type = type & ~JsonSchemaType.String;
            schema.Pattern = null;
        }
        // A property without a value is omitted from a response (Json.Http), so a nullable property is never required.
        foreach (var property in context.JsonTypeInfo.Properties.Where(p => p.IsGetNullable)) schema.Required?.Remove(property.Name);
        if (context.JsonPropertyInfo is null) schema.Description ??= Documentation.Of(context.JsonTypeInfo.Type);
        else if (schema.Properties is not { Count: > 0 } && context.JsonPropertyInfo.AttributeProvider is PropertyInfo property)
            schema.Description ??= Documentation.Of(property);
    }

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, string name)
    {
        var (document, description) = (context.Document!, context.Description);
        var (method, path) = (description.HttpMethod ?? "GET", "/" + description.RelativePath);
        var handler = description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().FirstOrDefault();
        var roles = description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().ToArray();

        operation.OperationId = string.Concat(
            new[] { method.ToLowerInvariant() }.Concat(
                Word().Matches(path).Select(w => w.Value).Where(w => w != "api").Select(w => char.ToUpperInvariant(w[0]) + w[1..])));
        var tag = path.StartsWith("/admin/", StringComparison.Ordinal) ? $"{name}-admin" : name;
        document.Tags ??= new HashSet<OpenApiTag>();
        if (document.Tags.All(t => t.Name != tag))
            document.Tags.Add(new OpenApiTag
            {
                Name = tag,
                Description = tag == name
                    ? $"The API of the service {name}."
                    : $"Administration of the events of {name}, for admins; operators have read access.",
            });
        operation.Tags = new HashSet<OpenApiTagReference> { new(tag, document) };

        var words = Slice(handler) is { } slice ? Documentation.Of(slice) : null;
        operation.Summary ??= words is null ? $"{method} {path}" : Documentation.FirstSentence(words);
        operation.Description ??= words ?? operation.Summary;
        foreach (var parameter in (handler?.GetParameters() ?? []).SelectMany(Bound)) (operation.Parameters ??= []).Add(parameter);
        // Filters are records, so their properties are named in Pascal case, but clients send parameters in camel case.
        foreach (var filter in operation.Parameters?.OfType<OpenApiParameter>()
            .Where(p => p.In == ParameterLocation.Query && IsPascalCase(p.Name!)) ?? [])
            filter.Name = JsonNamingPolicy.CamelCase.ConvertName(filter.Name!);
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            if (parameter.Schema is not null)
                parameter.Example ??= parameter.Name == "If-Match" ? "\"3\"" : Examples.Of(parameter.Schema, parameter.Name!);

        if (roles.Length > 0)
        {
            var named = roles.SelectMany(r => r.Roles?.Split(',') ?? (r.Policy == "viewer" ? [Roles.Operator, Roles.Admin] : []))
                .Distinct()
                .ToList();
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            (operation.Extensions ??= new Dictionary<string, IOpenApiExtension>())["x-roles"] = new JsonNodeExtension(
                new JsonArray([.. named.Select(role => JsonValue.Create(role))]));
            operation.Description += $" Requires a token with the role {string.Join(" or ", named)}.";
            document.Components ??= new();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes.TryAdd(
                Bearer,
                new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "JWT",
                    Description = "A token from the configured OpenID Connect provider or from `./platform token ROLE`. Roles are in the "
                        + "claim `role`.",
                });
        }
        Answers(operation, method);
        if (description.ActionDescriptor.EndpointMetadata.OfType<AnswerExample>().FirstOrDefault() is { } shown)
            foreach (var media in operation.Responses!.GetValueOrDefault("200")?.Content?.Values ?? []) media.Example = shown.Text;
        foreach (var status in ErrorResponses.Of(operation, method, path, roles.Length > 0))
            if (operation.Responses!.GetValueOrDefault($"{status}") is not { Content.Count: > 0 })
                operation.Responses![$"{status}"] = ErrorResponses.In(document, status);
    }

    private static bool IsPascalCase(string name) => char.IsUpper(name[0]) && (name.Length == 1 || char.IsLower(name[1]));

    /// <summary>
    /// Describes responses without a body. Writes that name a version, and those that respond with <see cref="Outcomes.Written"/>, return
    /// the new version.
    /// </summary>
    private static void Answers(OpenApiOperation operation, string method)
    {
        operation.Responses ??= [];
        var made = operation.Responses.TryGetValue("201", out var created) && created.Content is not { Count: > 0 };
        var versioned = made || operation.Parameters?.Any(p => p.Name == "If-Match") == true;
        OpenApiResponse Bare(string description) => new()
        {
            Description = description,
            Headers = versioned
                ? new Dictionary<string, IOpenApiHeader>
                {
                    ["ETag"] = new OpenApiHeader
                    {
                        Description = "The new version, to be sent as If-Match of the next write.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                        Example = "\"4\"",
                    },
                }
                : null,
        };
        if (operation.Responses.ContainsKey("204"))
            operation.Responses["204"] = Bare(
                HttpMethods.IsGet(method) ? "There is none." : "The change was made now or by an earlier request.");
        if (operation.Responses.ContainsKey("201") && made) operation.Responses["201"] = Bare("Created.");
    }

    /// <summary>
    /// Completes responses that an endpoint declares with alternative types or media types, because ASP.NET Core keeps only one of them.
    /// </summary>
    private static async Task Choices(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        foreach (var kinds in context.Description.ActionDescriptor.EndpointMetadata.OfType<IProducesResponseTypeMetadata>()
            .Where(m => m.Type is not null && m.Type != typeof(void))
            .GroupBy(m => m.StatusCode)
            .Where(g => g.Count() > 1))
        {
            if (operation.Responses!.GetValueOrDefault($"{kinds.Key}") is not OpenApiResponse { Content: { } content }) continue;
            foreach (var media in kinds.SelectMany(k => k.ContentTypes.Select(type => (Name: type, Kind: k.Type!)))
                .Distinct()
                .GroupBy(m => m.Name, m => m.Kind))
            {
                var schemas = new List<IOpenApiSchema>();
                foreach (var kind in media) schemas.Add(await Schema(kind, context, ct));
                content.TryAdd(media.Key, new OpenApiMediaType());
                content[media.Key].Schema = schemas is [var only] ? only : new OpenApiSchema { OneOf = schemas };
            }
        }
    }

    private static async Task<IOpenApiSchema> Schema(Type kind, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var schema = await context.GetOrCreateSchemaAsync(kind, null, ct);
        if (kind == typeof(string)) return schema;
        context.Document!.AddComponent(kind.Name, schema);
        return new OpenApiSchemaReference(kind.Name, context.Document);
    }

    private static void Describe(OpenApiDocument document, string name)
    {
        document.Info = new OpenApiInfo
        {
            Title = name,
            Version = typeof(InterfaceDescription).Assembly.GetName().Version?.ToString(3) ?? "1.0.0",
            Description = $"The service {name} as served by the gateway. Errors are problem documents (RFC 9457) that say how to "
                + "correct the request.",
            Contact = new OpenApiContact { Name = "The operators of this platform" },
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        foreach (var operation in document.Paths.Values.SelectMany(p => p.Operations?.Values.AsEnumerable() ?? []))
            foreach (var (type, media) in (operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>()).Concat(
                operation.Responses?.Values.OfType<OpenApiResponse>().SelectMany(
                    r => r.Content ?? new Dictionary<string, OpenApiMediaType>())
                ?? []))
            {
                // A body of bytes is sent as it is, and not in base64, which is what "byte" means.
                if (media.Schema is OpenApiSchema { Format: "byte" } bytes && !type.EndsWith("json", StringComparison.Ordinal))
                    bytes.Format = "binary";
                if (media is { Schema: { } schema, Example: null }) media.Example = Examples.OfText(type) ?? Examples.Of(schema, "text");
            }
    }

    /// <summary>The slice of an endpoint: the outermost type around its lambda.</summary>
    private static Type? Slice(MethodInfo? handler)
    {
        var type = handler?.DeclaringType;
        while (type?.DeclaringType is { } outer) type = outer;
        return type;
    }

    /// <summary>The OpenAPI parameters of a handler parameter that binds itself from the request.</summary>
    private static IEnumerable<OpenApiParameter> Bound(ParameterInfo parameter)
    {
        OpenApiParameter Of(string name, ParameterLocation place, string description, OpenApiSchema? schema = null) =>
            new()
            {
                Name = name,
                In = place,
                Description = description,
                Schema = schema ?? new OpenApiSchema { Type = JsonSchemaType.String },
            };
        var type = parameter.ParameterType;
        if (type == typeof(IfMatch))
            return
            [
                Of(
                    "If-Match",
                    ParameterLocation.Header,
                    "The ETag of the version that the client has seen, or * for any version. Omit it to create a resource."),
            ];
        if (type == typeof(IdempotencyKey))
            return
            [
                Of(
                    "Idempotency-Key",
                    ParameterLocation.Header,
                    "A UUID chosen by the client. A repeated request with the same key takes effect only once.",
                    new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }),
            ];
        if (type == typeof(Paging))
            return [Of(
                "limit",
                ParameterLocation.Query,
                "The maximum number of items.",
                new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = JsonValue.Create(20) }),
                Of("cursor", ParameterLocation.Query, "The value of `next` from the previous page; the last page has none.")];
        return type.GetMethod("BindAsync", BindingFlags.Public | BindingFlags.Static) is not null
            ? [Of(parameter.Name!, ParameterLocation.Query, Documentation.Of(type) ?? parameter.Name!)]
            : [];
    }

    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Word();
}
