using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Kit;

/// <summary>
/// JSON that was released once and must stay readable. The files are append-only: a change to one is a broken promise to somebody.
/// </summary>
public static class Golden
{
    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Fails where the file differs or is missing, and prints the file it wants.</summary>
    public static void IsAsReleased(string json, string file)
    {
        var wanted = JsonSerializer.Serialize(JsonNode.Parse(json), Pretty) + "\n";
        var path = Repository.Path("tests", "Contracts", file);
        if (!File.Exists(path)) Assert.Fail($"tests/Contracts/{file} is missing. It should be:\n{wanted}");
        var released = File.ReadAllText(path);
        if (released != wanted) Assert.Fail($"tests/Contracts/{file} was released as\n{released}\nand now comes out as\n{wanted}");
    }

    /// <summary>Released files below a folder of tests/Contracts.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(Repository.Path("tests", "Contracts", folder), "*.json", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Repository.Path("tests", "Contracts", folder), f)).Order(StringComparer.Ordinal)];
}
