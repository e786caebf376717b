using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Console.Machine;

/// <summary>A place in a state that is other than before; no value on the side where it is not there.</summary>
public sealed record Change(string Path, string? Before, string? After);

/// <summary>What an event changed in a state, place by place, as people compare two documents.</summary>
public static class StateChanges
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The places that differ, in the order of the later state, those that are gone last.</summary>
    public static IReadOnlyList<Change> Between(JsonElement? before, JsonElement? after)
    {
        var (old, now) = (Places(before), Places(after));
        return
        [
            .. now.Where(p => old.GetValueOrDefault(p.Key) != p.Value)
            .Select(p => new Change(p.Key, old.GetValueOrDefault(p.Key), p.Value)),
            .. old.Where(p => !now.ContainsKey(p.Key)).Select(p => new Change(p.Key, p.Value, null)),
        ];
    }

    /// <summary>A document as people read it.</summary>
    public static string Pretty(JsonElement document) => JsonSerializer.Serialize(document, Indented);

    /// <summary>A document that came as text; what is none is shown as it is.</summary>
    public static string Pretty(string text)
    {
        try { return Pretty(JsonElement.Parse(text)); }
        catch (JsonException) { return text; }
    }

    private static OrderedDictionary<string, string> Places(JsonElement? document)
    {
        var places = new OrderedDictionary<string, string>();
        if (document is { } there) Walk("", there, places);
        return places;
    }

    private static void Walk(string path, JsonElement value, OrderedDictionary<string, string> places)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                foreach (var member in value.EnumerateObject())
                    Walk(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value, places);
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                foreach (var (index, item) in value.EnumerateArray().Index()) Walk($"{path}[{index}]", item, places);
                break;
            default:
                places[path] = value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonSerializer.Serialize(value, Indented);
                break;
        }
    }
}
