using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Web;

namespace Kit;

/// <summary>Tokens that are signed with a key generated for this run.</summary>
public static class Tokens
{
    private static readonly RSA Key = RSA.Create(2048);

    /// <summary>A file with the public key, for the setting Auth:PublicKeyFile.</summary>
    public static string PublicKeyFile { get; } = WritePublicKey();

    public static SigningCredentials Ours { get; } = new(new RsaSecurityKey(Key), SecurityAlgorithms.RsaSha256);

    /// <summary>Credentials for an algorithm confusion attack: the public key is used as the shared secret of an HMAC.</summary>
    public static SigningCredentials PublicKeyAsSecret { get; } = new(
        new SymmetricSecurityKey(Key.ExportSubjectPublicKeyInfo()), SecurityAlgorithms.HmacSha256);

    public static string For(params string[] roles) => SignedWith(roles, Ours, DateTime.UnixEpoch.AddYears(100));

    /// <summary>A token of the person with this name.</summary>
    public static string Named(string name, params string[] roles) =>
        SignedWith(roles, Ours, DateTime.UnixEpoch.AddYears(100), subject: name);

    /// <summary>
    /// A token with these credentials. Without credentials, its algorithm is "none". Without a subject, the subject is the roles.
    /// </summary>
    public static string SignedWith(
        string[] roles,
        SigningCredentials? credentials,
        DateTime expires,
        string audience = SignIn.LocalName,
        string? subject = null) =>
            new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = SignIn.LocalName,
                Audience = audience,
                NotBefore = DateTime.UnixEpoch,
                IssuedAt = DateTime.UnixEpoch,
                Expires = expires,
                SigningCredentials = credentials,
                Claims = new Dictionary<string, object> { ["sub"] = subject ?? string.Join('+', roles), ["role"] = roles },
            });

    private static string WritePublicKey()
    {
        var file = Path.Combine(Path.GetTempPath(), $"token-{Guid.CreateVersion7():N}.pub.pem");
        File.WriteAllText(file, Key.ExportSubjectPublicKeyInfoPem());
        return file;
    }
}
