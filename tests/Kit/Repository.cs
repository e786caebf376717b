namespace Kit;

/// <summary>The source tree from which the tests were built.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(Path(parts));

    /// <summary>All files, as paths relative to the root, without built, generated and hidden ones.</summary>
    public static IReadOnlyList<string> Files { get; } = FindFiles();

    /// <summary>The C# files below a folder, as paths relative to the root.</summary>
    public static IReadOnlyList<string> Sources(string folder) =>
        [.. Files.Where(f => f.StartsWith($"{folder}/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal))];

    /// <summary>The folders below services/, each with a service.</summary>
    public static IReadOnlyList<string> Services { get; } =
        [.. Directory.GetDirectories(Path("services")).Select(d => System.IO.Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    /// <summary>The name in kebab case, as in addresses, queues and containers: CurrencyRates is currency-rates.</summary>
    public static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();

    private static List<string> FindFiles()
    {
        var files = new List<string>();
        var folders = new Stack<string>([Root]);
        while (folders.TryPop(out var folder))
        {
            files.AddRange(Directory.EnumerateFiles(folder).Select(f => System.IO.Path.GetRelativePath(Root, f)));
            foreach (var below in Directory.EnumerateDirectories(folder))
                if (System.IO.Path.GetFileName(below) is not ("bin" or "obj" or "node_modules" or "TestResults") and not ['.', ..])
                    folders.Push(below);
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Platform.sln")))
            folder = System.IO.Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("No folder above the test binaries contains Platform.sln.");
        return folder;
    }
}
