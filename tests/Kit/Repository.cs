namespace Kit;

/// <summary>The source tree the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(Path(parts));

    /// <summary>C# files below a folder, as paths from the root, without what a build made.</summary>
    public static IReadOnlyList<string> Sources(string folder) =>
        [.. Directory.EnumerateFiles(Path(folder), "*.cs", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(Root, f))
            .Where(f => !f.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)];

    /// <summary>Folders below services/ that are one process each.</summary>
    public static IReadOnlyList<string> Services { get; } =
        [
            .. Directory.GetDirectories(Path("services"))
            .Select(d => System.IO.Path.GetFileName(d)!)
            .Where(d => !d.StartsWith("Platform.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
        ];

    /// <summary>CurrencyRates is called currency-rates in addresses, queues and containers.</summary>
    public static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Platform.sln")))
            folder = System.IO.Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("Platform.sln is in no folder above the tests.");
        return folder;
    }
}
