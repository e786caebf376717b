using System.Diagnostics;
using Xunit;

namespace Kit;

/// <summary>
/// A program of Node.js: a third-party program in <c>tests/Clients</c>, or one in another folder with packages. <see cref="Run"/> waits
/// until it ends; <see cref="Start"/> leaves it running until it is disposed.
/// </summary>
public sealed class ForeignProcess : IDisposable
{
    private static readonly string Folder = Repository.Path("tests", "Clients");
    private static readonly SemaphoreSlim Installing = new(1, 1);
    private readonly Process _process;

    private ForeignProcess(Process process, string firstLine) => (_process, FirstLine) = (process, firstLine);

    /// <summary>The first line of its output, which it prints when it is ready.</summary>
    public string FirstLine { get; }

    /// <summary>Starts a Node.js script and waits for its first line of output.</summary>
    public static async Task<ForeignProcess> Start(string script, params string[] arguments)
    {
        await Install(Folder);
        var process = StartProcess(Folder, "node", [script, .. arguments]);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new ForeignProcess(
            process,
            await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException($"{script} ended without any output."));
    }

    /// <summary>
    /// Runs a program to its end and returns its output. If it fails, the test fails and shows the output and the errors.
    /// </summary>
    public static Task<string> Run(string program, params string[] arguments) => RunIn(Folder, program, arguments);

    /// <summary>Runs a program in another folder, after the packages of that folder were installed.</summary>
    public static async Task<string> RunIn(string folder, string program, params string[] arguments)
    {
        if (program != "npm") await Install(folder);
        using var process = StartProcess(folder, program, arguments);
        var (output, errors) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await errors}");
        return await output;
    }

    /// <summary>Closes the standard input of the program, and kills the program if it does not end within two seconds.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(2000)) _process.Kill();
        _process.Dispose();
    }

    private static async Task Install(string folder)
    {
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var installed = Path.Combine(folder, "node_modules", ".package-lock.json");
            if (!File.Exists(installed)
                || File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
                await RunIn(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        }
        finally
        {
            Installing.Release();
        }
    }

    private static Process StartProcess(string folder, string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
