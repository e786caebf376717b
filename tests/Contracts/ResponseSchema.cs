using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Portal.Console.Editing;
using Portal.Console.Machine;

namespace Contracts;

/// <summary>Compares the records of a client with the schemas of an OpenAPI document.</summary>
internal sealed class ResponseSchema(JsonNode document)
{
    /// <summary>
    /// Records that no schema describes: the health report of a replica, which the gateway passes on as it is, and the list for editors,
    /// because the operation declares only that for readers.
    /// </summary>
    private static readonly Type[] Free = [typeof(HealthView), typeof(EditorsItem)];

    /// <summary>What the client needs and the schema does not promise.</summary>
    public IReadOnlyList<string> Lacks(Type type, JsonNode? schema) => [.. Compare(type, schema, "response", [])];

    private IEnumerable<string> Compare(Type type, JsonNode? schema, string at, ImmutableHashSet<(Type, string)> above)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(JsonElement) || Free.Contains(type)) return [];
        while (schema?["$ref"]?.GetValue<string>() is { } reference)
        {
            if (above.Contains((type, reference))) return []; // a comment contains comments
            above = above.Add((type, reference));
            schema = document["components"]!["schemas"]![reference.Split('/')[^1]];
        }
        if ((schema?["oneOf"] ?? schema?["anyOf"])?.AsArray() is { } choices)
            return choices.Where(c => c!["type"]?.ToString() != "null")
                .Select(c => Compare(type, c, at, above).ToArray())
                .MinBy(c => c.Length)!;
        var info = JsonSerializerOptions.Web.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => info.Properties.Where(p => p.AssociatedParameter is not null || p.Set is not null)
                .SelectMany(property => Compare(property, schema, $"{at}.{property.Name}", above)),
            JsonTypeInfoKind.Enumerable => Compare(info.ElementType!, schema?["items"], $"{at}[]", above),
            JsonTypeInfoKind.Dictionary => Compare(info.ElementType!, schema?["additionalProperties"], $"{at}{{}}", above),
            _ when Kinds(schema).Intersect(KindsOf(type)).Any() => [],
            _ => [$"{at} is {schema?.ToJsonString() ?? "not described"}, but the client reads {type.Name}"],
        };
    }

    private IEnumerable<string> Compare(
        JsonPropertyInfo property, JsonNode? schema, string at, ImmutableHashSet<(Type, string)> above)
    {
        if (schema?["properties"]?[property.Name] is not { } described) return [$"{at} is not in the schema"];
        // A flag without a value is read as false.
        var needed = !property.IsGetNullable && property.AssociatedParameter?.HasDefaultValue != true
            && property.PropertyType != typeof(bool);
        return needed && MayBeNull(described)
            ? [$"{at} has no value in some responses, but the client needs one"]
            : Compare(property.PropertyType, described, at, above);
    }

    private static bool MayBeNull(JsonNode schema) =>
        Kinds(schema).Contains("null") || schema["oneOf"]?.AsArray().Any(choice => Kinds(choice).Contains("null")) == true;

    private static string[] Kinds(JsonNode? schema) => schema switch
    {
        { } when schema["type"] is JsonArray several => [.. several.Select(t => t!.GetValue<string>())],
        { } when schema["type"] is { } one => [one.GetValue<string>()],
        { } when schema["enum"] is not null => ["string"],
        _ => [],
    };

    private static string[] KindsOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => ["boolean"],
        TypeCode.Int32 or TypeCode.Int64 => ["integer"],
        TypeCode.Double or TypeCode.Decimal => ["number", "integer"],
        _ => ["string"],
    };
}
