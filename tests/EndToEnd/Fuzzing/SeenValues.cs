using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace EndToEnd.Fuzzing;

/// <summary>Texts from responses, by the names of their properties, so that later requests can refer to existing items.</summary>
internal sealed class SeenValues
{
    private const int PerName = 300;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _byName = new(StringComparer.OrdinalIgnoreCase);

    public void Add(JsonNode? answer)
    {
        switch (answer)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    if (value is JsonValue text && text.TryGetValue<string>(out var seen)) Add(name, seen);
                    else Add(value);
                }
                break;
            case JsonArray items:
                foreach (var item in items.Take(10)) Add(item);
                break;
        }
    }

    /// <summary>
    /// A random text that was seen in a property of that name, or null. For the parameter <c>cursor</c> it is a text of <c>next</c>, and
    /// for other unknown names, such as <c>article</c> and <c>parentId</c>, any id.
    /// </summary>
    public string? Any(string name, Random random)
    {
        var source = _byName.ContainsKey(name) ? name : name == "cursor" ? "next" : "id";
        return _byName.TryGetValue(source, out var texts) && texts.ToArray() is { Length: > 0 } known
            ? known[random.Next(known.Length)]
            : null;
    }

    private void Add(string name, string text)
    {
        var texts = _byName.GetOrAdd(name, _ => new());
        texts.Enqueue(text);
        if (texts.Count > PerName) texts.TryDequeue(out _);
    }
}
