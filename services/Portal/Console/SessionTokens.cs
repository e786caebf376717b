using System.Globalization;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Portal.Console;

/// <summary>
/// What a session is made of. <c>Session</c> is its name; <c>Refresh</c> is null where it ends with its access token; from <c>Due</c> on,
/// half of the token's life, it is renewed; at <c>End</c> it is over however often it was.
/// </summary>
public sealed record SessionTokens(Guid Session, string Access, string? Refresh, DateTimeOffset Due, DateTimeOffset End)
{
    /// <summary>When the person last did something.</summary>
    public DateTimeOffset Used { get; init; }

    /// <summary>Whether the person has done nothing for so long.</summary>
    public bool IsIdle(TimeSpan limit, DateTimeOffset now) => now - Used > limit;

    /// <summary>A working day: then people sign in again, whatever the provider would give.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>When the access token ends.</summary>
    public DateTimeOffset Until { get; } = new JsonWebToken(Access).ValidTo;

    public static SessionTokens Begin(string access, string? refresh, DateTimeOffset now) =>
        new SessionTokens(Guid.CreateVersion7(now), access, refresh, now, now + Longest) { Used = now }.From(now);

    /// <summary>What the provider gave for them; a provider that gives no new refresh token means the old one to be used again.</summary>
    public SessionTokens Renewed(string access, string? refresh, DateTimeOffset now) =>
        new SessionTokens(Session, access, refresh ?? Refresh, now, End) { Used = Used }.From(now);

    /// <summary>The provider did not answer: it is asked again in a while.</summary>
    public SessionTokens Later(DateTimeOffset now) => this with { Due = now + TimeSpan.FromSeconds(10) };

    /// <summary>Whether to ask the provider for others.</summary>
    public bool AreDue(DateTimeOffset now) => Refresh is not null && now >= Due && now < End;

    internal IEnumerable<Claim> Claims()
    {
        yield return new("session", $"{Session}");
        yield return new("token", Access);
        if (Refresh is not null) yield return new("refresh", Refresh);
        yield return new("due", Due.ToString("O", CultureInfo.InvariantCulture));
        yield return new("end", End.ToString("O", CultureInfo.InvariantCulture));
        yield return new("used", Used.ToString("O", CultureInfo.InvariantCulture));
    }

    /// <summary>As a session's principal holds them.</summary>
    internal static SessionTokens Of(ClaimsPrincipal person) => new(
        Guid.Parse(person.FindFirstValue("session")!),
        person.FindFirstValue("token")!,
        person.FindFirstValue("refresh"),
        At(person, "due"),
        At(person, "end"))
    {
        Used = At(person, person.HasClaim(c => c.Type == "used") ? "used" : "due"), // a cookie of an earlier version does not say
    };

    private static DateTimeOffset At(ClaimsPrincipal person, string claim) =>
        DateTimeOffset.Parse(person.FindFirstValue(claim)!, CultureInfo.InvariantCulture);

    private SessionTokens From(DateTimeOffset now) => this with { Due = now + ((Until - now) / 2) };
}
