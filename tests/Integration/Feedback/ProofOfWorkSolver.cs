using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kit;
using Platform.PublicInput;

namespace Integration.Feedback;

/// <summary>Solves challenges as the ALTCHA widget does it in a browser.</summary>
internal static class ProofOfWorkSolver
{
    public static async Task<string> Solve(HttpClient client, string address = "/api/feedback/challenge")
    {
        var challenge = await client.Get<AltchaChallenge>(address);
        var number = Enumerable.Range(0, challenge.Maxnumber + 1).First(n =>
            Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(challenge.Salt + n.ToString(CultureInfo.InvariantCulture)))) == challenge.Challenge);
        return Convert.ToBase64String(
            JsonSerializer.SerializeToUtf8Bytes(new
            {
                algorithm = challenge.Algorithm,
                challenge = challenge.Challenge,
                number,
                salt = challenge.Salt,
                signature = challenge.Signature,
            }));
    }
}
