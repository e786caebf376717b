using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Articles.Media;

/// <summary>A picture was refused or could not be processed. The reason is for the editor who uploaded it.</summary>
internal sealed class PictureRefused(string reason) : Exception(reason);

/// <summary>
/// Runs <see cref="PictureProgram"/> in a process of its own for each picture, because decoding a hostile file can crash a process, or take
/// all its memory or time. The process has limits, no settings and no secrets; the service itself never decodes a picture.
/// </summary>
public sealed class PictureProcess(MediaSettings settings, TimeProvider clock, ILogger<PictureProcess> log) : IDisposable
{
    /// <summary>The number of pictures that one replica processes at the same time; further uploads wait.</summary>
    private const int MaxProcesses = 2;

    // All renditions of a picture take longer than its check.
    private const int RenderingFactor = 15;

    private static readonly string[] InheritedVariables = ["PATH", "DOTNET_ROOT", "DOTNET_ROLL_FORWARD", "LD_LIBRARY_PATH"];
    private readonly SemaphoreSlim _processes = new(MaxProcesses);

    /// <summary>
    /// Decodes a whole picture, and makes its preview in a folder. Returns the size of the picture and of the preview.
    /// </summary>
    internal async Task<PictureAnswer> Check(string path, string folder, CancellationToken ct)
    {
        PictureAnswer? checkedPicture = null;
        await foreach (var answer in Run(path, folder, [], settings.MaxTime, ct)) checkedPicture = answer;
        return checkedPicture ?? throw new PictureRefused(PictureAnswer.Damaged);
    }

    /// <summary>Makes renditions of a picture in a folder, and returns each as soon as it exists.</summary>
    internal IAsyncEnumerable<PictureAnswer> Render(
        string path, string folder, IEnumerable<PlannedRendition> renditions, CancellationToken ct) => Run(
        path,
        folder,
        [.. renditions.Select(r => $"{Number(r.Width)}.{PictureFormat.Extension(r.Type)}")],
        RenderingFactor * settings.MaxTime,
        ct);

    private async IAsyncEnumerable<PictureAnswer> Run(
        string path, string folder, string[] renditions, TimeSpan maxTime, [EnumeratorCancellation] CancellationToken ct)
    {
        await _processes.WaitAsync(ct);
        try
        {
            using var time = new CancellationTokenSource(maxTime, clock);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, time.Token);
            using var process = Start(path, folder, renditions, maxTime);
            try
            {
                var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
                while (await NextLine(process, stop.Token, ct) is { } line)
                {
                    var answer = JsonSerializer.Deserialize<PictureAnswer>(line)!;
                    if (answer.Refused is { } reason) throw new PictureRefused(reason);
                    yield return answer;
                }
                await WaitForExit(process, stop.Token, ct);
                if (process.ExitCode != 0)
                {
                    Failed(process.ExitCode, await errors);
                    throw new PictureRefused(PictureAnswer.TooCostly);
                }
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None); // so that it no longer uses its files
            }
        }
        finally
        {
            _processes.Release();
        }
    }

    private static async Task<string?> NextLine(Process process, CancellationToken stop, CancellationToken ct)
    {
        try
        {
            return await process.StandardOutput.ReadLineAsync(stop);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new PictureRefused(PictureAnswer.TooCostly);
        }
    }

    private static async Task WaitForExit(Process process, CancellationToken stop, CancellationToken ct)
    {
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new PictureRefused(PictureAnswer.TooCostly);
        }
    }

    private Process Start(string path, string folder, string[] renditions, TimeSpan maxTime)
    {
        var assembly = typeof(PictureProgram).Assembly.Location;
        var usesHost = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var start = new ProcessStartInfo
        {
            FileName = usesHost ? Environment.ProcessPath! : Path.ChangeExtension(assembly, null),
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (usesHost) start.ArgumentList.Add(assembly);
        string[] arguments =
        [
            PictureProgram.Verb, path, folder, Number(settings.MaxMegapixels), Number(settings.MaxMegabytes), Number(maxTime.TotalSeconds),
            .. renditions,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var inherited = InheritedVariables.ToDictionary(v => v, v => Environment.GetEnvironmentVariable(v));
        start.Environment.Clear();
        foreach (var (name, value) in inherited)
            if (value is not null) start.Environment[name] = value;
        start.Environment["TMPDIR"] = folder;
        start.Environment["HOME"] = folder;
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["MALLOC_ARENA_MAX"] = "2";
        var process = Process.Start(start) ?? throw new InvalidOperationException("The process for pictures could not be started.");
        process.StandardInput.Close();
        return process;
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private void Failed(int exitCode, string errors) => log.LogWarning(
        "The process for a picture ended with the code {ExitCode}: {Errors}", exitCode, errors.Length > 1000 ? errors[..1000] : errors);

    /// <inheritdoc />
    public void Dispose() => _processes.Dispose();
}
