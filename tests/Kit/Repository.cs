namespace Kit;

/// <summary>The source tree from which the tests were built.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(Path(parts));

    /// <summary>The C# files below a folder, as paths relative to the root, without generated files.</summary>
    public static IReadOnlyList<string> Sources(string folder) =>
        [.. Directory.EnumerateFiles(Path(folder), "*.cs", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(Root, f))
            .Where(f => !f.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)];

    /// <summary>The folders below services/ that contain a service, in contrast to the shared libraries.</summary>
    public static IReadOnlyList<string> Services { get; } =
        [
            .. Directory.GetDirectories(Path("services"))
            .Select(d => System.IO.Path.GetFileName(d)!)
            .Where(d => !d.StartsWith("Platform.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
        ];

    /// <summary>The name in kebab case, as in addresses, queues and containers: CurrencyRates is currency-rates.</summary>
    public static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Platform.sln")))
            folder = System.IO.Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("No folder above the test binaries contains Platform.sln.");
        return folder;
    }
}
