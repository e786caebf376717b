using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using NodaTime;
using Platform.EventSourcing;
using Platform.Web;

namespace CurrencyRates.States;

/// <summary>Replaces the description of a state. The differences to the stored description become events.</summary>
public sealed partial record DescribeState(
    int Order,
    IReadOnlyDictionary<string, string> Names,
    IReadOnlyList<StatusGiven> Statuses,
    IReadOnlyList<CapitalNamed> Capitals,
    IReadOnlyList<CurrencyAdopted> Currencies)
{
    public IEnumerable<object> Decide(State? state)
    {
        var known = state ?? new State();
        if (known.Order != Order || !known.Names.Same(Names)) yield return new StateNamed(Order, Names);
        foreach (var status in Statuses.OrderBy(s => s.From).Except(known.Statuses)) yield return status;
        foreach (var capital in Capitals.OrderBy(c => c.From).Where(
            c => !known.Capitals.Any(k => (k.From, k.TimeZone) == (c.From, c.TimeZone) && k.Names.Same(c.Names)))) yield return capital;
        foreach (var currency in Currencies.OrderBy(c => c.From).Except(known.Currencies)) yield return currency;
        foreach (var gone in known.Statuses.Select(s => s.From).Except(Statuses.Select(s => s.From)))
            yield return new FactWithdrawn(FactKind.Status, gone);
        foreach (var gone in known.Capitals.Select(c => c.From).Except(Capitals.Select(c => c.From)))
            yield return new FactWithdrawn(FactKind.Capital, gone);
        foreach (var gone in known.Currencies.Select(c => c.From).Except(Currencies.Select(c => c.From)))
            yield return new FactWithdrawn(FactKind.Currency, gone);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/states/{code}", async (
            string code,
            StateRequest request,
            IfMatch seen,
            HttpContext http,
            Decider decider,
            CancellationToken ct) =>
            {
                if (!Letters().IsMatch(code)) throw new Malformed("code", "must be two upper-case letters");
                var decision = await decider.Decide<State>(State.Stream(code), seen.Expected, request.ToCommand().Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.States, SurrogateKey.Rates);
                return decision.Written(http, "/api/states");
            }).Requires(Roles.Operator);

    [GeneratedRegex("^[A-Z]{2}\\z")]
    private static partial Regex Letters();
}

/// <summary>The complete description of a state that an operator sends: all dated facts, each valid from its date.</summary>
public sealed record StateRequest(
    [property: Range(0, 1000)] int Order,
    [property: Required] Dictionary<string, string> Names,
    [property: Required, MinLength(1), MaxLength(50)] StatusRequest[] Statuses,
    [property: Required, MinLength(1), MaxLength(50)] CapitalRequest[] Capitals,
    [property: Required, MinLength(1), MaxLength(50)] StateCurrencyRequest[] Currencies)
{
    internal DescribeState ToCommand()
    {
        OncePerDate("statuses", Statuses.Select(s => s.From));
        OncePerDate("capitals", Capitals.Select(c => c.From));
        OncePerDate("currencies", Currencies.Select(c => c.From));
        foreach (var (capital, i) in Capitals.Select((c, i) => (c, i)))
            if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(capital.TimeZone) is null)
                throw new Malformed($"capitals[{i}].timeZone", $"\"{capital.TimeZone}\" is not an IANA time zone");
        return new DescribeState(Order, CurrencyRates.States.Names.Check("names", Names),
            [.. Statuses.Select(s => new StatusGiven(s.From, s.Status))],
            [
                .. Capitals.Select(
                    (c, i) => new CapitalNamed(c.From, CurrencyRates.States.Names.Check($"capitals[{i}].names", c.Names), c.TimeZone)),
            ],
            [.. Currencies.Select(c => new CurrencyAdopted(c.From, c.Code))]);
    }

    private static void OncePerDate(string field, IEnumerable<DateOnly> dates)
    {
        if (dates.CountBy(d => d).FirstOrDefault(c => c.Value > 1) is { Value: > 1 } twice)
            throw new Malformed(field, $"contains two entries from {twice.Key:yyyy-MM-dd}; keep one");
    }
}

/// <summary>The status of the state in the organisation from a date on; without a status, it has none any more.</summary>
public sealed record StatusRequest(DateOnly From, Status? Status = null);

/// <summary>The capital of the state from a date on, with its names at that time and its IANA time zone.</summary>
public sealed record CapitalRequest(
    DateOnly From, [property: Required] Dictionary<string, string> Names, [property: Required, StringLength(50)] string TimeZone);

/// <summary>The currency of the state from a date on.</summary>
public sealed record StateCurrencyRequest(
    DateOnly From, [property: Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "must be three upper-case letters")] string Code);
