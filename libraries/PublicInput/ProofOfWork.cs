using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JasperFx;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Web;

namespace Platform.PublicInput;

/// <summary>
/// Challenges that cost the sender's machine about a second of computing and the service almost nothing, compatible with the ALTCHA widget
/// (altcha.org, protocol version 1): the solution is the number whose SHA-256, after the salt, is the challenge.
/// <c>ProofOfWork:Required</c> (false), <c>ProofOfWork:Key</c> (a secret that all replicas share), <c>ProofOfWork:Hardest</c> (50000).
/// </summary>
public sealed class ProofOfWork(IConfiguration configuration, TimeProvider clock, IDocumentStore store)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);
    private readonly int _hardest = configuration.GetValue("ProofOfWork:Hardest", 50_000);

    /// <summary>Whether submissions of visitors must contain a solved challenge.</summary>
    public bool Required { get; } = configuration.GetValue("ProofOfWork:Required", false);

    private byte[] Key => Encoding.UTF8.GetBytes(configuration.Required("ProofOfWork:Key"));

    /// <summary>Registers this service.</summary>
    public static void Add(IServiceCollection services) => services.AddSingleton<ProofOfWork>();

    /// <summary>Registers the documents that record used solutions.</summary>
    public static void Configure(StoreOptions store) => store.Schema.For<SpentProof>().Duplicate(s => s.Expires, notNull: true);

    /// <summary>Maps the endpoint that issues challenges, such as <c>GET /api/feedback/challenge</c>.</summary>
    public static void Map(IEndpointRouteBuilder app, string address) =>
        app.MapGet(address, (ProofOfWork work, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return work.Required ? Results.Ok(work.NewChallenge()) : Results.NoContent();
        }).AllowAnonymous().Produces<AltchaChallenge>().Produces(204);

    internal AltchaChallenge NewChallenge()
    {
        var expires = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        // The trailing "&" prevents digits of the salt from being taken for digits of the number.
        var salt = $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}?expires={expires}&";
        var challenge = Hash(salt + RandomNumberGenerator.GetInt32(_hardest + 1).ToString(CultureInfo.InvariantCulture));
        return new("SHA-256", challenge, _hardest, salt, Sign(challenge));
    }

    /// <summary>
    /// Does nothing if no proof is required. Otherwise throws a 400 unless <paramref name="proof"/> solves an unexpired challenge of this
    /// service that was not used for anything but <paramref name="purpose"/>. A client that repeats the same submission, because the
    /// response was lost, need not solve another challenge.
    /// </summary>
    public async Task Check(string? proof, Guid purpose, DateTimeOffset now, CancellationToken ct)
    {
        if (!Required) return;
        if (string.IsNullOrEmpty(proof))
            throw new Malformed("proof", "is missing; solve the challenge from GET .../challenge and send the solution");
        var solution = Read(proof);
        if (!IsValid(solution)) throw new Malformed("proof", "does not solve a challenge of this service; request a new challenge");
        if (Expires(solution.Salt) < now) throw new Malformed("proof", "solves an expired challenge; request a new challenge");
        await using var session = store.LightweightSession();
        if ((await session.LoadAsync<SpentProof>(solution.Challenge, ct)
            ?? await Spend(session, solution, purpose, now, ct)).Purpose != purpose)
            throw new Malformed("proof", "was used before; request a new challenge");
    }

    private static async Task<SpentProof> Spend(
        IDocumentSession session,
        Solution solution,
        Guid purpose,
        DateTimeOffset now,
        CancellationToken ct)
    {
        var spent = new SpentProof(solution.Challenge, purpose, Expires(solution.Salt));
        session.Insert(spent);
        session.DeleteWhere<SpentProof>(s => s.Expires < now);
        try { await session.SaveChangesAsync(ct); }
        catch (DocumentAlreadyExistsException) { return (await session.LoadAsync<SpentProof>(solution.Challenge, ct))!; }
        return spent;
    }

    private static Solution Read(string proof)
    {
        try
        {
            return JsonSerializer.Deserialize<Solution>(Convert.FromBase64String(proof), JsonSerializerOptions.Web)
                ?? throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new Malformed("proof", "must be the base64-encoded solution that the ALTCHA widget produces");
        }
    }

    private bool IsValid(Solution s) =>
        s is { Algorithm: "SHA-256", Salt: not null, Challenge: not null, Signature: not null } && s.Salt.EndsWith('&')
        && Hash(s.Salt + s.Number.ToString(CultureInfo.InvariantCulture)) == s.Challenge
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(s.Challenge)), Encoding.ASCII.GetBytes(s.Signature));

    private static DateTimeOffset Expires(string salt) =>
        long.TryParse(
            salt[(salt.LastIndexOf("?expires=", StringComparison.Ordinal) + 9)..^1],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.UnixEpoch;

    private string Sign(string challenge) => Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(challenge)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed record Solution(
        string Algorithm,
        string Challenge,
        long Number,
        string Salt,
        string Signature);
}

/// <summary>A challenge in the format of the ALTCHA widget.</summary>
public sealed record AltchaChallenge(
    string Algorithm,
    string Challenge,
    int Maxnumber,
    string Salt,
    string Signature);

/// <summary>A solved challenge that was used; it is kept until the challenge expires, so that every replica rejects it.</summary>
public sealed record SpentProof(string Id, Guid Purpose, DateTimeOffset Expires) : Stored;
