using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.EventSourcing;
using Platform.Web;

namespace Platform.Replays.Admin;

/// <summary>
/// Hides confidential data from operators: the properties that are <see cref="ConfidentialAttribute"/>. Admins see all data, and each such
/// access is logged. An event whose type this version of the service does not know is hidden completely.
/// </summary>
public sealed class Masking(Assembly service)
{
    /// <summary>The replacement of a confidential value.</summary>
    public const string Mask = "***";

    private readonly Dictionary<string, Type> _events = service.GetTypes().Concat(typeof(Replay).Assembly.GetTypes())
        .Where(t => t is { IsClass: true, IsAbstract: false, IsNested: false } && t.GetMethod("<Clone>$") is not null)
        .GroupBy(t => JsonNamingPolicy.SnakeCaseLower.ConvertName(t.Name)).ToDictionary(g => g.Key, g => g.First());
    private readonly ConcurrentDictionary<Type, Dictionary<string, PropertyInfo>> _properties = new();

    /// <summary>Whether the caller may see everything; if so, the access is logged.</summary>
    public static bool ShowsAll(HttpContext http)
    {
        if (!http.User.IsInRole(Roles.Admin)) return false;
        SecurityLog.Of(http).RawDataRead(http);
        return true;
    }

    /// <summary>The data of an event, masked according to its type.</summary>
    public JsonElement Event(string type, JsonElement data) =>
        _events.TryGetValue(type, out var known) ? Element(Masked(JsonNode.Parse(data.GetRawText()), known)) : Element(Mask);

    /// <summary>A folded state, masked.</summary>
    public object? State(object? state) =>
        state is null ? null : Masked(JsonSerializer.SerializeToNode(state, state.GetType(), Json.Http), state.GetType());

    /// <summary>The body of a failed message with all texts masked, except ids, times and stream names.</summary>
    public static string Message(string body)
    {
        try
        {
            var envelope = JsonNode.Parse(body);
            if (envelope is not JsonObject { } whole) return Mask;
            if (whole["message"] is { } message) whole["message"] = WithoutTexts(message.DeepClone());
            return whole.ToJsonString();
        }
        catch (JsonException)
        {
            return Mask; // truncated, or not JSON
        }
    }

    private static JsonNode? WithoutTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject whole:
                foreach (var (name, value) in whole.ToArray()) whole[name] = WithoutTexts(value?.DeepClone());
                return whole;
            case JsonArray list:
                return new JsonArray([.. list.Select(item => WithoutTexts(item?.DeepClone()))]);
            case JsonValue value when value.TryGetValue<string>(out var text) && !Identifies(text):
                return JsonValue.Create(Mask);
            default:
                return node;
        }
    }

    /// <summary>Whether a text is an id, the name of a stream with an id, or a time.</summary>
    private static bool Identifies(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        || (text.Length is >= 36 and < 60
            && Guid.TryParse(text[^36..], out _)
            && text[..^36].All(c => char.IsAsciiLetterLower(c) || c == '-'));

    private JsonNode? Masked(JsonNode? node, Type type)
    {
        switch (node)
        {
            case JsonObject whole when Values(type) is { } values:
                foreach (var (name, value) in whole.ToArray()) whole[name] = Masked(value?.DeepClone(), values);
                return whole;
            case JsonObject whole:
                var properties = _properties.GetOrAdd(type, Named);
                foreach (var (name, value) in whole.ToArray())
                {
                    if (value is null) continue;
                    // A value without a property was stored by another version; it may be confidential.
                    whole[name] = properties.TryGetValue(name, out var property) && !property.IsDefined(typeof(ConfidentialAttribute))
                        ? Masked(value.DeepClone(), property.PropertyType)
                        : Mask;
                }
                return whole;
            case JsonArray list when Items(type) is { } items:
                return new JsonArray([.. list.Select(item => Masked(item?.DeepClone(), items))]);
            case JsonArray:
                return Mask;
            default:
                return node;
        }
    }

    private static Dictionary<string, PropertyInfo> Named(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type).GetProperties().ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    private static Type? Values(Type type) => Arguments(type, typeof(IReadOnlyDictionary<,>))?[1];

    private static Type? Items(Type type) => Arguments(type, typeof(IEnumerable<>))?[0];

    private static Type[]? Arguments(Type type, Type of) => type.GetInterfaces().Append(type)
        .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == of)?.GetGenericArguments();

    private static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node);
}
