using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Platform.Web;

namespace Platform.PublicInput;

/// <summary>
/// Identifies people without revealing their e-mail address. Callers identify a person by the SHA-256 of the lower-case address, as 64 hex
/// digits. What is stored and displayed is keyed: <c>h</c> followed by the HMAC-SHA256 of that hash, so that a copy of the store cannot be
/// searched by hashing known addresses. Callers may send the keyed form, too.
/// </summary>
public static class EmailHash
{
    private const int Digits = 64;
    private const string Rule = "must be the SHA-256 of the lower-case e-mail address, written as 64 lower-case hex digits";
    private static byte[]? _key;

    /// <summary>
    /// Reads the HMAC key from <c>Privacy:PersonKey</c>, which all replicas and later versions must share. Without the setting, a key is
    /// derived from the database password.
    /// </summary>
    public static void UseKey(IConfiguration configuration) => _key = KeyOf(configuration);

    /// <summary>The plain SHA-256 of an address.</summary>
    public static string Plain(string email) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())));

    /// <summary>The stored identifier of the person with this address.</summary>
    public static string Of(string email) => Keyed(Plain(email));

    /// <summary>The stored identifier of the person whose address has this SHA-256.</summary>
    public static string Keyed(string plain) =>
        Keyed(plain, _key ?? throw new InvalidOperationException("EmailHash.UseKey must be called at startup."));

    /// <summary>Whether a stored identifier is a plain SHA-256, which an earlier version stored.</summary>
    public static bool IsPlain(string name) => name.Length == Digits && name.All(char.IsAsciiHexDigitLower);

    /// <summary>
    /// The stored identifier of the person that a caller names in either form; otherwise a 400 that describes both forms.
    /// </summary>
    public static string Checked(string emailHash) =>
        IsPlain(emailHash) ? Keyed(emailHash)
        : emailHash.StartsWith('h') && IsPlain(emailHash[1..]) ? emailHash
        : throw new Malformed("emailHash", $"{Rule}, or the emailHash that the moderation API returns");

    /// <summary>
    /// The plain SHA-256 that a caller sent; otherwise a 400. For data that contains addresses instead of stored identifiers.
    /// </summary>
    public static string CheckedPlain(string emailHash) =>
        IsPlain(emailHash) ? emailHash : throw new Malformed("emailHash", Rule);

    internal static string Keyed(string plain, byte[] key) =>
        $"h{Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(plain)))}";

    internal static byte[] KeyOf(IConfiguration configuration)
    {
        if (configuration["Privacy:PersonKey"] is { Length: > 0 } key) return Encoding.UTF8.GetBytes(key);
        var password = new NpgsqlConnectionStringBuilder(configuration.Required("ConnectionStrings:Postgres")).Password;
        return string.IsNullOrEmpty(password)
            ? throw new InvalidOperationException(
                "The setting Privacy:PersonKey is missing. Set it in the environment as Privacy__PersonKey, to a random secret.")
            : HMACSHA256.HashData(Encoding.UTF8.GetBytes(password), "Privacy:PersonKey"u8);
    }
}
