using System.Diagnostics;
using Xunit;

namespace Kit;

/// <summary>Programs that others wrote, in <c>tests/Clients</c>: run to their end, or beside a test until it is done.</summary>
public sealed class ForeignProcess : IDisposable
{
    private static readonly string Folder = Repository.Path("tests", "Clients");
    private static readonly SemaphoreSlim Installing = new(1, 1);
    private readonly Process _process;

    private ForeignProcess(Process process, string firstLine) => (_process, FirstLine) = (process, firstLine);

    /// <summary>What it printed when it was ready.</summary>
    public string FirstLine { get; }

    /// <summary>Runs a script of node until its first line.</summary>
    public static async Task<ForeignProcess> Start(string script, params string[] arguments)
    {
        await Install();
        var process = Started("node", [script, .. arguments]);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new ForeignProcess(
            process,
            await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException($"{script} ended without a word"));
    }

    /// <summary>What it printed; a failure that shows its errors where it failed.</summary>
    public static async Task<string> Run(string program, params string[] arguments)
    {
        if (program != "npm") await Install();
        using var process = Started(program, arguments);
        var (output, errors) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await errors}");
        return await output;
    }

    /// <summary>Its input ends; where that does not end it, it is killed.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(2000)) _process.Kill();
        _process.Dispose();
    }

    private static async Task Install()
    {
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
            if (!File.Exists(installed)
                || File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
                await Run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        }
        finally
        {
            Installing.Release();
        }
    }

    private static Process Started(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
