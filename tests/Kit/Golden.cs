using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Kit;

/// <summary>
/// Golden files: JSON in a released form, which must stay readable. The files are append-only, because a change to one of them breaks the
/// readers of that form.
/// </summary>
public static class Golden
{
    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Fails if the file is missing or differs, and prints the expected content.</summary>
    public static void AssertUnchanged(string json, string file)
    {
        var wanted = JsonSerializer.Serialize(JsonNode.Parse(json), Pretty) + "\n";
        var path = Repository.Path("tests", "Contracts", file);
        if (!File.Exists(path)) Assert.Fail($"tests/Contracts/{file} is missing. It should be:\n{wanted}");
        var released = File.ReadAllText(path);
        if (released != wanted) Assert.Fail($"tests/Contracts/{file} was released as\n{released}\nbut is now\n{wanted}");
    }

    /// <summary>The content of a golden file.</summary>
    public static JsonNode Read(string file) => JsonNode.Parse(Repository.Read("tests", "Contracts", file))!;

    /// <summary>The golden files below a folder of tests/Contracts.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(Repository.Path("tests", "Contracts", folder), "*.json", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Repository.Path("tests", "Contracts", folder), f)).Order(StringComparer.Ordinal)];
}
