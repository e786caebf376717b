using System.Text.Json;

namespace Kit;

/// <summary>
/// An object as type name and JSON: equal where its content is equal, lists and dictionaries included, and readable where a test fails.
/// </summary>
public static class Shown
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(object thing) => $"{thing.GetType().FullName} {JsonSerializer.Serialize(thing, thing.GetType(), Plain)}";
}
