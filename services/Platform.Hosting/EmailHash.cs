using System.Security.Cryptography;
using System.Text;

namespace Platform.Hosting;

/// <summary>How an address is named without being told: SHA-256 of its lower-case form, as 64 lower-case hex digits.</summary>
public static class EmailHash
{
    /// <summary>The name of this address.</summary>
    public static string Of(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())));

    /// <summary>A name that a caller gives, or a refusal that says what it must be.</summary>
    public static string Checked(string emailHash) => emailHash.Length == 64 && emailHash.All(char.IsAsciiHexDigitLower)
        ? emailHash : throw new Malformed("emailHash", "must be the SHA-256 of the address in lower case, as 64 lower-case hex digits");
}
