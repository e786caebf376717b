using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Web;

/// <summary>
/// The RSA keys that validate tokens issued on this machine: the blocks of the PEM file <c>Auth:PublicKeyFile</c>. To rotate a key, put the
/// new one before the old one, and remove the old one later; the file is read again when it changes. The <c>kid</c> of a token names its
/// key.
/// </summary>
internal sealed class LocalKeys(string file, TimeProvider clock)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private volatile KnownKeys? _known; // one reference, because concurrent requests read and replace it

    /// <summary>The keys to try for a token: the named one, or all if its name is unknown.</summary>
    public IEnumerable<SecurityKey> For(string? kid)
    {
        var keys = All();
        return keys.Any(k => k.KeyId == kid) ? keys.Where(k => k.KeyId == kid) : keys;
    }

    internal IReadOnlyList<RsaSecurityKey> All()
    {
        var now = clock.GetUtcNow();
        if (_known is { } known && (now - known.CheckedAt).Duration() < CheckInterval) return known.Keys;
        if (!File.Exists(file))
            throw new InvalidOperationException(
                $"The file {file}, named by the setting Auth:PublicKeyFile, does not exist. ./platform up creates it.");
        var writtenAt = File.GetLastWriteTimeUtc(file);
        var keys = _known is { } same && same.WrittenAt == writtenAt ? same.Keys : Read(File.ReadAllText(file));
        if (keys.Count == 0)
            throw new InvalidOperationException(
                $"The file {file}, named by the setting Auth:PublicKeyFile, contains no public key in PEM format.");
        _known = new(now, writtenAt, keys);
        return keys;
    }

    private static List<RsaSecurityKey> Read(string pem)
    {
        var keys = new List<RsaSecurityKey>();
        for (var rest = pem; PemEncoding.TryFind(rest, out var block); rest = rest[block.Location.End..])
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(rest[block.Location]);
            keys.Add(new RsaSecurityKey(rsa) { KeyId = Id(rsa) });
        }
        return keys;
    }

    /// <summary>The id of a key: the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo.</summary>
    internal static string Id(RSA key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    private sealed record KnownKeys(DateTimeOffset CheckedAt, DateTime WrittenAt, IReadOnlyList<RsaSecurityKey> Keys);
}

/// <summary>
/// Sessions and tokens that were revoked before they expired, shared by all processes. Each is an empty file in the folder
/// <c>Auth:EndedFolder</c>, named after the session or the <c>jti</c> of the token, with the expiry as its modification time. Without the
/// setting, the portal uses a folder beside its keys (<c>Console:KeysFolder</c>), and every process looks beside <c>Auth:PublicKeyFile</c>.
/// </summary>
public sealed partial class EndedTokens(IConfiguration configuration, TimeProvider clock, ILogger<EndedTokens> log)
{
    private readonly string[] _folders = Folders(configuration);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _inThisProcess = new();

    /// <summary>Whether a session or token was revoked; false for null.</summary>
    public bool Has(string? id) =>
        !string.IsNullOrEmpty(id) && Name(id) is var name
        && (_inThisProcess.ContainsKey(name) || _folders.Any(f => File.Exists(Path.Combine(f, name))));

    /// <summary>
    /// Revokes a session or token. <paramref name="until"/> is when it would have expired; the revocation is forgotten after that.
    /// </summary>
    public void End(string id, DateTimeOffset until)
    {
        var (name, now) = (Name(id), clock.GetUtcNow());
        foreach (var (old, end) in _inThisProcess) if (end < now) _inThisProcess.TryRemove(old, out _);
        _inThisProcess[name] = until;
        if (_folders.Length == 0) return;
        try
        {
            var folder = Directory.CreateDirectory(_folders[0]).FullName;
            foreach (var old in Directory.EnumerateFiles(folder)) if (File.GetLastWriteTimeUtc(old) < now) File.Delete(old);
            var file = Path.Combine(folder, name);
            using (File.Create(file)) { }
            File.SetLastWriteTimeUtc(file, until.UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWritten(log, e, _folders[0]);
        }
    }

    private static string[] Folders(IConfiguration configuration) =>
        configuration["Auth:EndedFolder"] is { Length: > 0 } folder
            ? [folder]
            : [.. new[] { configuration["Console:KeysFolder"], Path.GetDirectoryName(configuration["Auth:PublicKeyFile"]) }
                .Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.Combine(f!, "ended"))];

    /// <summary>A safe file name: an id that could lead to another folder is replaced by its hash.</summary>
    private static string Name(string id) =>
        Plain().IsMatch(id) ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    [GeneratedRegex("^[0-9A-Za-z_-]{8,64}$")]
    private static partial Regex Plain();

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A revocation could not be written to {Folder}, so it applies to this process only. "
            + "Make the folder writable, or set Auth:EndedFolder.")]
    private static partial void NotWritten(ILogger log, Exception e, string folder);
}
