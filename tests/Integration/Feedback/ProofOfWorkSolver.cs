using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kit;
using Platform.Hosting;

namespace Integration.Feedback;

/// <summary>Does the work that the ALTCHA widget does in a browser.</summary>
internal static class ProofOfWorkSolver
{
    public static async Task<string> Solve(HttpClient client, string address = "/api/feedback/challenge")
    {
        var riddle = await client.Get<Riddle>(address);
        var number = Enumerable.Range(0, riddle.Maxnumber + 1).First(n =>
            Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(riddle.Salt + n.ToString(CultureInfo.InvariantCulture)))) == riddle.Challenge);
        return Convert.ToBase64String(
            JsonSerializer.SerializeToUtf8Bytes(new
            {
                algorithm = riddle.Algorithm,
                challenge = riddle.Challenge,
                number,
                salt = riddle.Salt,
                signature = riddle.Signature,
            }));
    }
}
