using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Platform.Hosting;

/// <summary>
/// How a person is named without telling their address. Callers name one by the SHA-256 of the address in lower case, as 64 hex digits.
/// What is stored and shown is keyed: <c>h</c> and the HMAC-SHA256 of that, so that nobody with a copy of the store can find the person by
/// trying addresses. Callers may send that name, too.
/// </summary>
public static class EmailHash
{
    private const int Digits = 64;
    private const string Rule = "must be the SHA-256 of the address in lower case, as 64 lower-case hex digits";
    private static byte[]? _key;

    /// <summary>
    /// Takes the secret of the names from <c>Privacy:PersonKey</c>, which all replicas and later versions must share; without it one is
    /// derived from the password of the database.
    /// </summary>
    public static void UseKey(IConfiguration configuration) => _key = KeyOf(configuration);

    /// <summary>The SHA-256 of this address.</summary>
    public static string Plain(string email) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())));

    /// <summary>The name of the person with this address, as it is stored.</summary>
    public static string Of(string email) => Keyed(Plain(email));

    /// <summary>The name of the person whose address has this SHA-256, as it is stored.</summary>
    public static string Keyed(string plain) =>
        Keyed(plain, _key ?? throw new InvalidOperationException("EmailHash.UseKey was not called at the start."));

    /// <summary>Whether a stored name is the plain SHA-256, as an earlier version stored it.</summary>
    public static bool IsPlain(string name) => name.Length == Digits && name.All(char.IsAsciiHexDigitLower);

    /// <summary>The stored name of the person whom a caller names, or a refusal that says how to name one.</summary>
    public static string Checked(string emailHash) =>
        IsPlain(emailHash) ? Keyed(emailHash)
        : emailHash.StartsWith('h') && IsPlain(emailHash[1..]) ? emailHash
        : throw new Malformed("emailHash", $"{Rule}, or the emailHash that moderators are shown");

    /// <summary>The SHA-256 that a caller names a person by, or a refusal that says what it must be: where addresses are stored and no
    /// names.</summary>
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
