using System.Globalization;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Portal.Console;

/// <summary>
/// The tokens of a session. <c>Session</c> is its id. <c>Refresh</c> is null if the session ends with its access token. From <c>Due</c>,
/// which is half of the token's life, the token is renewed. At <c>End</c> the session ends even if it could be renewed.
/// </summary>
public sealed record SessionTokens(
    Guid Session,
    string Access,
    string? Refresh,
    DateTimeOffset Due,
    DateTimeOffset End)
{
    /// <summary>When the person last used the session.</summary>
    public DateTimeOffset Used { get; init; }

    /// <summary>Whether the session was not used for longer than the limit.</summary>
    public bool IsIdle(TimeSpan limit, DateTimeOffset now) => now - Used > limit;

    /// <summary>
    /// The maximum length of a session: about a working day. After that people must sign in again, even if the provider would renew the
    /// token.
    /// </summary>
    public static readonly TimeSpan MaxLength = TimeSpan.FromHours(12);

    /// <summary>When the access token expires.</summary>
    public DateTimeOffset ExpiresAt { get; } = new JsonWebToken(Access).ValidTo;

    public static SessionTokens Begin(string access, string? refresh, DateTimeOffset now) =>
        new SessionTokens(Guid.CreateVersion7(now), access, refresh, now, now + MaxLength) { Used = now }.WithDue(now);

    /// <summary>The tokens after a renewal. If the provider returned no new refresh token, the old one stays valid.</summary>
    public SessionTokens Renewed(string access, string? refresh, DateTimeOffset now) =>
        new SessionTokens(Session, access, refresh ?? Refresh, now, End) { Used = Used }.WithDue(now);

    /// <summary>Postpones the next attempt to renew the token, because the provider did not respond.</summary>
    public SessionTokens RetryLater(DateTimeOffset now) => this with { Due = now + TimeSpan.FromSeconds(10) };

    /// <summary>Whether the access token should be renewed now.</summary>
    public bool ShouldRenew(DateTimeOffset now) => Refresh is not null && now >= Due && now < End;

    internal IEnumerable<Claim> Claims()
    {
        yield return new("session", $"{Session}");
        yield return new("token", Access);
        if (Refresh is not null) yield return new("refresh", Refresh);
        yield return new("due", Due.ToString("O", CultureInfo.InvariantCulture));
        yield return new("end", End.ToString("O", CultureInfo.InvariantCulture));
        yield return new("used", Used.ToString("O", CultureInfo.InvariantCulture));
    }

    /// <summary>Reads the tokens from the claims of a session.</summary>
    internal static SessionTokens Of(ClaimsPrincipal person) => new(
        Guid.Parse(person.FindFirstValue("session")!),
        person.FindFirstValue("token")!,
        person.FindFirstValue("refresh"),
        At(person, "due"),
        At(person, "end"))
    {
        Used = At(person, person.HasClaim(c => c.Type == "used") ? "used" : "due"), // cookies of an earlier version have no "used"
    };

    private static DateTimeOffset At(ClaimsPrincipal person, string claim) =>
        DateTimeOffset.Parse(person.FindFirstValue(claim)!, CultureInfo.InvariantCulture);

    private SessionTokens WithDue(DateTimeOffset now) => this with { Due = now + ((ExpiresAt - now) / 2) };
}
