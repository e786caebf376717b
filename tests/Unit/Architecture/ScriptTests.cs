using System.Diagnostics;
using System.Runtime.Versioning;
using Kit;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace Unit.Architecture;

/// <summary>
/// Tests of the shell scripts that need no server. The scripts must not put secrets on command lines, because every account of a machine
/// can read the command lines of all processes.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class ScriptTests : IDisposable
{
    private const string Token = "header.claims.signature";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("script-test-");

    [Fact]
    public async Task A_replay_does_not_put_its_token_on_a_command_line()
    {
        // A fake curl that records its arguments and its standard input, and answers with an empty list.
        await Fake("curl", $$"""
            printf '%s\n' "$@" >"{{_folder.FullName}}/arguments"
            cat >"{{_folder.FullName}}/input"
            printf '{"items":[]}\n200'
            """);

        await Run("platform", "replay", "articles");
        Assert.Contains("/admin/articles/consumers", await Content("arguments"), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, await Content("arguments"), StringComparison.Ordinal);
        Assert.Contains($"Authorization: Bearer {Token}", await Content("input"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_of_an_unavailable_service_is_repeated_and_a_write_is_not()
    {
        // Records each call, and answers 503 to the first two.
        await Fake("curl", $$"""
            printf '%s\n' "$*" >>"{{In("calls")}}"
            cat >/dev/null
            if [ "$(wc -l <"{{In("calls")}}")" -le 2 ]; then printf '{"detail":"Retry later."}\n503'; else printf '{"items":[]}\n200'; fi
            """);
        await Fake("sleep", "");

        await Run("platform", "replay", "articles");
        Assert.Equal(3, (await File.ReadAllLinesAsync(In("calls"), TestContext.Current.CancellationToken)).Length);

        File.Delete(In("calls"));
        Assert.Contains("Retry later.", await Fails("platform", "replay", "articles", "bus", "--reason", "test"), StringComparison.Ordinal);
        Assert.Single(await File.ReadAllLinesAsync(In("calls"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_script_passes_shellcheck_and_is_short()
    {
        string[] parts = [.. Directory.EnumerateFiles(Repository.Path("ops", "lib"), "*.sh").Order(StringComparer.Ordinal)];
        Assert.True(parts.Length > 15, $"only {parts.Length} parts of ./platform were found");
        Assert.All(parts, part => Assert.InRange(File.ReadLines(part).Count(), 1, 150));

        string[] scripts =
        [
            Repository.Path("platform"),
            Repository.Path(".ci", "run"),
            Repository.Path(".githooks", "pre-commit"),
            .. Directory.EnumerateFiles(Repository.Path("ops"), "*.sh"),
        ];
        using var check = Process.Start(new ProcessStartInfo("shellcheck", [.. scripts, .. parts]) { RedirectStandardOutput = true })!;
        var found = await check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(check.ExitCode == 0, found);
    }

    [Theory]
    [InlineData("3.13.7", false)]
    [InlineData("4.0.5", true)]
    public async Task The_delivery_limit_is_disabled_on_brokers_that_have_one(string version, bool expected)
    {
        await Fake("curl", $$"""
            cat >>"{{In("input")}}"
            printf '{"rabbitmq_version":"{{version}}"}'
            """);

        await Run("ops/access.sh", "broker", "articles");
        var input = await Content("input");
        Assert.Contains("/api/users/articles", input, StringComparison.Ordinal);
        Assert.Equal(expected, input.Contains("/api/policies/%2F/", StringComparison.Ordinal));
        Assert.Equal(expected, input.Contains(@"\""delivery-limit\"": -1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_archive_returns_what_was_stored_and_never_overwrites_it()
    {
        var (wal, archive, back) = (In("wal"), In("archive"), In("back"));
        await File.WriteAllTextAsync(wal, "first", TestContext.Current.CancellationToken);
        // Before the first backup there is no archive, so there is nothing to store.
        await Run("ops/archive.sh", "put", wal, "0001", archive);
        Assert.False(Directory.Exists(archive));

        Directory.CreateDirectory(archive);
        await Run("ops/archive.sh", "put", wal, "0001", archive);
        await Run("ops/archive.sh", "put", wal, "0001", archive); // again, after a crash
        await Run("ops/archive.sh", "get", "0001", back, archive);
        Assert.Equal("first", await Content("back"));

        await File.WriteAllTextAsync(wal, "second", TestContext.Current.CancellationToken);
        Assert.Contains("with other content", await Fails("ops/archive.sh", "put", wal, "0001", archive), StringComparison.Ordinal);
        await Run("ops/archive.sh", "get", "0001", back, archive);
        Assert.Equal("first", await Content("back"));
        await Fails("ops/archive.sh", "get", "0002", back, archive);

        // A link to a folder that no longer exists is an archive with an error, not a missing archive.
        File.CreateSymbolicLink(In("link"), In("gone"));
        await Fails("ops/archive.sh", "put", wal, "0003", In("link"));
    }

    [Fact]
    public async Task A_sign_in_link_has_the_host_of_the_README_and_the_token_of_the_named_person()
    {
        var (code, output) = await Execute("platform", ["sign-in", "author", "ben"]);
        Assert.True(code == 0, output);
        Assert.StartsWith("http://localhost:", output, StringComparison.Ordinal);
        Assert.Contains("localhost:8080/console", Repository.Read("README.md"), StringComparison.Ordinal);
        var token = new JsonWebToken((await Content($"sign-in/{output.Trim().Split('#')[1]}")).Trim());
        Assert.Equal(("ben", "author"), (token.Subject, token.GetClaim("role").Value));
    }

    /// <summary>Puts a shell script into the folder that the scripts search first for programs.</summary>
    private async Task Fake(string program, string script)
    {
        await File.WriteAllTextAsync(In(program), $"#!/bin/sh\n{script}\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(In(program), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private Task<string> Content(string file) =>
        File.ReadAllTextAsync(Path.Combine(_folder.FullName, file), TestContext.Current.CancellationToken);

    private async Task Run(string script, params string[] arguments)
    {
        var (code, output) = await Execute(script, arguments);
        Assert.True(code == 0, output);
    }

    private async Task<string> Fails(string script, params string[] arguments)
    {
        var (code, output) = await Execute(script, arguments);
        Assert.NotEqual(0, code);
        return output;
    }

    private async Task<(int Code, string Output)> Execute(string path, string[] arguments)
    {
        using var script = Process.Start(new ProcessStartInfo(Repository.Path(path), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
                ["PLATFORM_DATA"] = _folder.FullName,
                ["PLATFORM_TOKEN"] = Token,
                ["BROKER_URL"] = "http://127.0.0.1:1",
                ["BROKER_PASSWORD"] = "administrator",
                ["ARTICLES_PASSWORD"] = new string('a', 16),
            },
        })!;
        var (output, errors) = (script.StandardOutput.ReadToEndAsync(), script.StandardError.ReadToEndAsync());
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (script.ExitCode, $"{await output}{await errors}");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
