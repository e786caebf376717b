using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Portal.Reader.Parts;

/// <summary>
/// Structured data of schema.org for search engines. The encoder escapes every character that could close the element, and leaves Cyrillic
/// and Chinese letters as they are.
/// </summary>
public sealed class JsonLd : ComponentBase
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>The type of schema.org.</summary>
    [Parameter, EditorRequired] public required string Type { get; set; }

    /// <summary>The properties of the thing, without its type.</summary>
    [Parameter, EditorRequired] public required IReadOnlyDictionary<string, object> Data { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddMarkupContent(0, $"<script type=\"application/ld+json\">{Json(Type, Data)}</script>");
    }

    internal static string Json(string type, IReadOnlyDictionary<string, object> data)
    {
        var thing = new Dictionary<string, object> { ["@context"] = "https://schema.org", ["@type"] = type };
        foreach (var (name, value) in data) thing[name] = value;
        return JsonSerializer.Serialize(thing, Readable);
    }
}
