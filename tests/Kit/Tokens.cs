using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Hosting;

namespace Kit;

/// <summary>Real signed tokens, of a key made for this run.</summary>
public static class Tokens
{
    private static readonly RSA Key = RSA.Create(2048);

    /// <summary>The public half as a file, for Auth:PublicKeyFile.</summary>
    public static string PublicKeyFile { get; } = Written();

    public static SigningCredentials Ours { get; } = new(new RsaSecurityKey(Key), SecurityAlgorithms.RsaSha256);

    /// <summary>The trick of whoever hopes that a service takes the published key for a shared secret.</summary>
    public static SigningCredentials PublicKeyAsSecret { get; } = new(
        new SymmetricSecurityKey(Key.ExportSubjectPublicKeyInfo()), SecurityAlgorithms.HmacSha256);

    public static string For(params string[] roles) => SignedWith(roles, Ours, DateTime.UnixEpoch.AddYears(100));

    /// <summary>Without credentials: of the algorithm "none".</summary>
    public static string SignedWith(
        string[] roles, SigningCredentials? credentials, DateTime expires, string audience = SignIn.LocalName) =>
            new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = SignIn.LocalName,
                Audience = audience,
                NotBefore = DateTime.UnixEpoch,
                IssuedAt = DateTime.UnixEpoch,
                Expires = expires,
                SigningCredentials = credentials,
                Claims = new Dictionary<string, object> { ["sub"] = string.Join('+', roles), ["role"] = roles },
            });

    private static string Written()
    {
        var file = Path.Combine(Path.GetTempPath(), $"token-{Guid.CreateVersion7():N}.pub.pem");
        File.WriteAllText(file, Key.ExportSubjectPublicKeyInfoPem());
        return file;
    }
}
