using Xunit;

namespace Kit;

/// <summary>
/// Runs the linter Spectral with its standard rules for OpenAPI (<c>spectral:oas</c>). Any finding, even a hint, fails the test.
/// </summary>
public static class Spectral
{
    public static async Task FindsNothing(string document)
    {
        var folder = Directory.CreateTempSubdirectory("openapi-");
        try
        {
            var (file, rules) = (Path.Combine(folder.FullName, "openapi.json"), Path.Combine(folder.FullName, "rules.yaml"));
            await File.WriteAllTextAsync(file, document, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(rules, "extends: spectral:oas\n", TestContext.Current.CancellationToken);
            await ForeignProcess.Run(
                "node",
                "node_modules/@stoplight/spectral-cli/dist/index.js",
                "lint",
                file,
                "--ruleset",
                rules,
                "--fail-severity",
                "hint");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
