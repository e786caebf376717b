using System.Text.RegularExpressions;

namespace Portal.Console;

/// <summary>
/// Links that sign in once, where no provider is configured: <c>./platform sign-in</c> leaves a token in the folder
/// <c>Console:SignInFolder</c>, in a file named after the code in the link. The portal needs no key for that, and whoever takes the file
/// away has it alone, whichever replica it is.
/// </summary>
public sealed partial class OneTimeLinks(IConfiguration configuration, TimeProvider clock)
{
    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Valid = TimeSpan.FromMinutes(15);

    private readonly string? _folder = configuration["Console:SignInFolder"];

    /// <summary>The token behind a code, the first time somebody asks within <see cref="Valid"/>; null ever after.</summary>
    public string? Claim(string code)
    {
        if (string.IsNullOrEmpty(_folder) || !Code().IsMatch(code)) return null;
        var claimed = Path.Combine(_folder, $".claimed-{Guid.CreateVersion7(clock.GetUtcNow()):N}");
        // Overwriting is what makes it a rename, of which one succeeds; otherwise it is a link and an unlink, of which two may.
        try { File.Move(Path.Combine(_folder, code), claimed, overwrite: true); }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException) { return null; }
        try { return clock.GetUtcNow() - File.GetLastWriteTimeUtc(claimed) <= Valid ? File.ReadAllText(claimed).Trim() : null; }
        finally { File.Delete(claimed); }
    }

    [GeneratedRegex("^[0-9a-f]{48}$")]
    private static partial Regex Code();
}
