using System.Text.Json;

namespace Kit;

/// <summary>
/// Formats an object as its type name and JSON. The texts of two objects are equal if their contents are equal, including lists and
/// dictionaries, and they are readable in the output of a failed test.
/// </summary>
public static class Shown
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(object thing) => $"{thing.GetType().FullName} {JsonSerializer.Serialize(thing, thing.GetType(), Plain)}";
}
