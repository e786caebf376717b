using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Contracts;

/// <summary>
/// The optional properties of events, and whether the golden files contain them with and without a value. A property is optional if JSON
/// without it is readable, or if it may be null.
/// </summary>
internal sealed class OptionalProperties
{
    private readonly SortedDictionary<string, (bool With, bool Without)> _found = new(StringComparer.Ordinal);

    public int Count => _found.Count;

    /// <summary>Adds the optional properties of an event and of its parts, as they occur in these files.</summary>
    public void Add(Type type, string name, IEnumerable<JsonNode> files)
    {
        Declare(type, name);
        foreach (var file in files) Find(type, name, file);
    }

    /// <summary>The optional properties that never occur with a value, or never without one.</summary>
    public IEnumerable<string> Missing() => _found.Where(p => p.Value is not (true, true)).Select(
        p => $"{p.Key} occurs in no golden file {(p.Value.With ? "without" : "with")} a value: add a sample to Samples.Optional.cs");

    /// <summary>The types that are parts of other types of the assembly.</summary>
    public static IReadOnlySet<Type> PartsOf(Assembly assembly) => assembly.GetExportedTypes()
        .SelectMany(t => t.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        .SelectMany(p => p.PropertyType.GenericTypeArguments.Append(p.PropertyType))
        .ToHashSet();

    private void Declare(Type type, string path)
    {
        foreach (var property in Properties(type))
        {
            var inner = $"{path}.{property.Name}";
            if (IsOptional(property)) _found[inner] = default;
            Declare(property.PropertyType, inner);
        }
        if (Element(type) is { } element) Declare(element, path);
    }

    private void Find(Type type, string path, JsonNode node)
    {
        foreach (var property in Properties(type))
        {
            var (inner, value) = ($"{path}.{property.Name}", node[property.Name]);
            if (IsOptional(property))
            {
                var before = _found[inner];
                _found[inner] = (before.With || HasContent(value), before.Without || value is null);
            }
            if (value is not null) Find(property.PropertyType, inner, value);
        }
        if (Element(type) is { } element)
            foreach (var item in node is JsonArray list ? list : node.AsObject().Select(entry => entry.Value))
                if (item is not null) Find(element, path, item);
    }

    private static bool HasContent(JsonNode? value) => value is not null and not JsonArray { Count: 0 } and not JsonObject { Count: 0 };

    private static IEnumerable<JsonPropertyInfo> Properties(Type type)
    {
        var info = JsonSerializerOptions.Web.GetTypeInfo(type);
        return info.Kind == JsonTypeInfoKind.Object
            ? info.Properties.Where(p => p.AssociatedParameter is not null || p.Set is not null)
            : [];
    }

    private static Type? Element(Type type)
    {
        var info = JsonSerializerOptions.Web.GetTypeInfo(type);
        return info.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary ? info.ElementType : null;
    }

    private static bool IsOptional(JsonPropertyInfo property) =>
        property.IsGetNullable || property.AssociatedParameter?.HasDefaultValue == true
        || (property.AssociatedParameter is null && !property.IsRequired);
}
