using System.Diagnostics;
using System.Runtime.Versioning;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>Every account of a machine may read the command lines of all processes, so the scripts put no secret on one.</summary>
[SupportedOSPlatform("linux")]
public sealed class ScriptTests : IDisposable
{
    private const string Token = "header.claims.signature";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("script-test-");

    [Fact]
    public async Task A_replay_sends_its_token_past_the_command_line()
    {
        // It stands for curl: keeps how it was called and what it was told to read, and answers an empty list.
        var curl = Path.Combine(_folder.FullName, "curl");
        await File.WriteAllTextAsync(curl, $$"""
            #!/bin/sh
            printf '%s\n' "$@" >"{{_folder.FullName}}/arguments"
            cat >"{{_folder.FullName}}/input"
            printf '{"items":[]}\n200'
            """, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(curl, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await Run("replay", "articles");
        Assert.Contains("/admin/articles/consumers", await Kept("arguments"), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, await Kept("arguments"), StringComparison.Ordinal);
        Assert.Contains($"Authorization: Bearer {Token}", await Kept("input"), StringComparison.Ordinal);
    }

    private Task<string> Kept(string file) =>
        File.ReadAllTextAsync(Path.Combine(_folder.FullName, file), TestContext.Current.CancellationToken);

    private async Task Run(params string[] arguments)
    {
        using var script = Process.Start(new ProcessStartInfo(Repository.Path("platform"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
                ["PLATFORM_DATA"] = _folder.FullName,
                ["PLATFORM_TOKEN"] = Token,
            },
        })!;
        var (output, errors) = (script.StandardOutput.ReadToEndAsync(), script.StandardError.ReadToEndAsync());
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(script.ExitCode == 0, $"{await output}{await errors}");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
