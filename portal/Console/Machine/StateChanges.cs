using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Console.Machine;

/// <summary>A value in a state that has changed. <c>Before</c> or <c>After</c> is null if the value does not exist on that side.</summary>
public sealed record Change(string Path, string? Before, string? After);

/// <summary>Compares two states value by value, to show what an event changed.</summary>
public static class StateChanges
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The changed values, in the order of the later state; removed values come last.</summary>
    public static IReadOnlyList<Change> Between(JsonElement? before, JsonElement? after)
    {
        var (old, now) = (Flatten(before), Flatten(after));
        return
        [
            .. now.Where(p => old.GetValueOrDefault(p.Key) != p.Value)
            .Select(p => new Change(p.Key, old.GetValueOrDefault(p.Key), p.Value)),
            .. old.Where(p => !now.ContainsKey(p.Key)).Select(p => new Change(p.Key, p.Value, null)),
        ];
    }

    /// <summary>Formats a JSON document with indentation.</summary>
    public static string Pretty(JsonElement document) => JsonSerializer.Serialize(document, Indented);

    /// <summary>Formats a text with indentation if it is JSON, and returns it unchanged otherwise.</summary>
    public static string Pretty(string text)
    {
        try { return Pretty(JsonElement.Parse(text)); }
        catch (JsonException) { return text; }
    }

    private static OrderedDictionary<string, string> Flatten(JsonElement? document)
    {
        var values = new OrderedDictionary<string, string>();
        if (document is { } there) AddValues("", there, values);
        return values;
    }

    private static void AddValues(string path, JsonElement value, OrderedDictionary<string, string> values)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                foreach (var member in value.EnumerateObject())
                    AddValues(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value, values);
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                foreach (var (index, item) in value.EnumerateArray().Index()) AddValues($"{path}[{index}]", item, values);
                break;
            default:
                values[path] = value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonSerializer.Serialize(value, Indented);
                break;
        }
    }
}
