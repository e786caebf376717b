namespace Bench;

/// <summary>A file with a script for wrk that requests several paths in turn. It is deleted at the end.</summary>
internal sealed class WrkScript : IDisposable
{
    private WrkScript(string text)
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    public static WrkScript Get(IEnumerable<string> paths) => new(Text(paths, "wrk.format('GET', path)"));

    /// <summary>Posts a JSON text, which must not contain single quotes.</summary>
    public static WrkScript Post(IEnumerable<string> paths, string json) =>
        new(Text(paths, $"wrk.format('POST', path, {{ ['Content-Type'] = 'application/json' }}, '{json}')"));

    private static string Text(IEnumerable<string> paths, string request) => $$"""
        local paths = { {{string.Join(", ", paths.Select(p => $"'{p}'"))}} }
        local next = 0
        request = function()
          next = next % #paths + 1
          local path = paths[next]
          return {{request}}
        end
        """;

    public void Dispose() => File.Delete(Path);
}
