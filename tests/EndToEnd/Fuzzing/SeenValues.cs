using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace EndToEnd.Fuzzing;

/// <summary>Texts from answers by the names of their properties, so that later requests name things that exist.</summary>
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
    /// One of the texts seen under that name, or null. Parameters such as <c>article</c> and <c>parentId</c> take any id, and cursors are
    /// answered as <c>next</c>.
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
