using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Web;

/// <summary>
/// JSON settings of HTTP bodies: camelCase names and exact decimals. Requests are parsed strictly.
/// </summary>
public static class Json
{
    /// <summary>Serializer options for HTTP bodies.</summary>
    public static JsonSerializerOptions Http { get; } = ConfiguredForHttp();

    /// <summary>
    /// Configures strict parsing: an unknown or missing property, or a value of the wrong type, is answered with a 400 that names it.
    /// </summary>
    public static void ConfigureHttp(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.NumberHandling = JsonNumberHandling.AllowReadingFromString;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        json.TypeInfoResolver = (json.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(CheckValues);
    }

    // RespectNullableAnnotations checks only properties, not the elements of lists and dictionaries.
    private static void CheckValues(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        var lists = type.Properties.Where(
            p => p.Get is not null && p.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(p.PropertyType)).ToArray();
        var dates = type.Properties
            .Where(p => p.Get is not null && ValidDates.IsDate(Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType)).ToArray();
        if (lists.Length + dates.Length == 0) return;
        type.OnDeserialized = read =>
        {
            foreach (var date in dates)
            {
                if (date.Get!(read) is DateOnly day) ValidDates.Check(date.Name, day);
                if (date.Get(read) is DateTimeOffset at) ValidDates.Check(date.Name, at);
            }
            foreach (var list in lists)
                if (list.Get!(read) is IEnumerable items && (items is IDictionary map ? map.Values : items).Cast<object?>().Contains(null))
                    throw new JsonException($"contains null in '{list.Name}'; remove the null or replace it with a value");
        };
    }

    private static JsonSerializerOptions ConfiguredForHttp()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        ConfigureHttp(json);
        return json;
    }
}
