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

namespace Platform.Hosting;

/// <summary>
/// A riddle that costs the sender's machine a second and ours nothing, as the ALTCHA widget (altcha.org, version 1 of its protocol) asks
/// and answers it: find the number whose SHA-256 after the salt is the challenge. <c>ProofOfWork:Required</c> (false),
/// <c>ProofOfWork:Key</c> (a secret that all replicas share), <c>ProofOfWork:Hardest</c> (50000).
/// </summary>
public sealed class ProofOfWork(IConfiguration configuration, TimeProvider clock, IDocumentStore store)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);
    private readonly int _hardest = configuration.GetValue("ProofOfWork:Hardest", 50_000);

    /// <summary>Whether what visitors send must bring a solved challenge.</summary>
    public bool Required { get; } = configuration.GetValue("ProofOfWork:Required", false);

    private byte[] Key => Encoding.UTF8.GetBytes(configuration.Required("ProofOfWork:Key"));

    /// <summary>The riddles and their judge, for whoever asks for it by type.</summary>
    public static void Add(IServiceCollection services) => services.AddSingleton<ProofOfWork>();

    /// <summary>Where the proofs that were used are kept.</summary>
    public static void Configure(StoreOptions store) => store.Schema.For<SpentProof>().Duplicate(s => s.Expires, notNull: true);

    /// <summary>Adds the address <c>GET /api/feedback/challenge</c>, or the like of it.</summary>
    public static void Map(IEndpointRouteBuilder app, string address) =>
        app.MapGet(address, (ProofOfWork work, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return work.Required ? Results.Ok(work.Ask()) : Results.NoContent();
        }).AllowAnonymous().Produces<Riddle>().Produces(204);

    internal Riddle Ask()
    {
        var expires = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        // The "&" at the end keeps digits of the salt from being taken for digits of the number.
        var salt = $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}?expires={expires}&";
        var challenge = Hash(salt + RandomNumberGenerator.GetInt32(_hardest + 1).ToString(CultureInfo.InvariantCulture));
        return new("SHA-256", challenge, _hardest, salt, Sign(challenge));
    }

    /// <summary>
    /// Nothing where none is required; else a 400 unless <paramref name="proof"/> solves a challenge of ours that is not over and was not
    /// used for anything but
    /// <paramref name="purpose"/>: whoever sends the same again, because the answer was lost, need not solve another.
    /// </summary>
    public async Task Check(string? proof, Guid purpose, DateTimeOffset now, CancellationToken ct)
    {
        if (!Required) return;
        if (string.IsNullOrEmpty(proof))
            throw new Malformed("proof", "is missing: solve the challenge of GET .../challenge and send the solution along");
        var solution = Read(proof);
        if (!Fits(solution)) throw new Malformed("proof", "does not solve a challenge of ours; ask for a new one");
        if (Expires(solution.Salt) < now) throw new Malformed("proof", "solves a challenge that is over; ask for a new one");
        await using var session = store.LightweightSession();
        if ((await session.LoadAsync<SpentProof>(solution.Challenge, ct)
            ?? await Spend(session, solution, purpose, now, ct)).Purpose != purpose)
            throw new Malformed("proof", "was used before; ask for a new challenge");
    }

    private static async Task<SpentProof> Spend(
        IDocumentSession session, Solution solution, Guid purpose, DateTimeOffset now, CancellationToken ct)
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
            throw new Malformed("proof", "must be the solution in base64, as the ALTCHA widget makes it");
        }
    }

    private bool Fits(Solution s) =>
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

    private sealed record Solution(string Algorithm, string Challenge, long Number, string Salt, string Signature);
}

/// <summary>A challenge as the ALTCHA widget wants it.</summary>
public sealed record Riddle(string Algorithm, string Challenge, int Maxnumber, string Salt, string Signature);

/// <summary>A challenge that was solved and used, until it is over; for every replica to see.</summary>
public sealed record SpentProof(string Id, Guid Purpose, DateTimeOffset Expires) : Stored;
