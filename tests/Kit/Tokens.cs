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

    public static string For(params string[] roles) => SignedWith(roles, new SigningCredentials(new RsaSecurityKey(Key), SecurityAlgorithms.RsaSha256), DateTime.UnixEpoch.AddYears(100));

    public static string SignedWith(string[] roles, SigningCredentials credentials, DateTime expires, string audience = SignIn.LocalName) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
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
