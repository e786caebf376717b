using System.Text.RegularExpressions;

namespace Portal.Console;

/// <summary>
/// One-time sign-in links, which are used if no identity provider is configured. <c>./platform sign-in</c> writes a token to a file in the
/// folder <c>Console:SignInFolder</c>; the name of the file is the code in the link. The portal needs no private key for this, and renaming
/// the file ensures that only one replica can redeem the code.
/// </summary>
public sealed partial class OneTimeLinks(IConfiguration configuration, TimeProvider clock)
{
    /// <summary>How long a link is valid.</summary>
    public static readonly TimeSpan Valid = TimeSpan.FromMinutes(15);

    private readonly string? _folder = configuration["Console:SignInFolder"];

    /// <summary>Redeems a code: returns its token on the first call within <see cref="Valid"/>, and null otherwise.</summary>
    public string? Claim(string code)
    {
        if (string.IsNullOrEmpty(_folder) || !Code().IsMatch(code)) return null;
        var claimed = Path.Combine(_folder, $".claimed-{Guid.CreateVersion7(clock.GetUtcNow()):N}");
        // With overwrite, Move is an atomic rename, which succeeds for one caller only. Without it, Move creates a link and removes the
        // old name, which may succeed for two callers.
        try { File.Move(Path.Combine(_folder, code), claimed, overwrite: true); }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException) { return null; }
        try { return clock.GetUtcNow() - File.GetLastWriteTimeUtc(claimed) <= Valid ? File.ReadAllText(claimed).Trim() : null; }
        finally { File.Delete(claimed); }
    }

    [GeneratedRegex("^[0-9a-f]{48}$")]
    private static partial Regex Code();
}
