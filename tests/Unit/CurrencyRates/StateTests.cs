using CurrencyRates.Sheets;
using CurrencyRates.States;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.CurrencyRates;

public class StateTests
{
    private static readonly Dictionary<string, string>
        Name = new() { ["en"] = "A", ["ru"] = "Б", ["zh"] = "丙" },
        Other = new() { ["en"] = "B", ["ru"] = "В", ["zh"] = "丁" };
    private static readonly StateNamed Named = new(1, Name);
    private static readonly StatusGiven Observer = new(new(2015, 7, 10), Status.Observer), Member = new(new(2024, 7, 4), Status.Member);
    private static readonly CapitalNamed Capital = new(new(2001, 6, 15), Name, "Europe/Minsk");
    private static readonly CurrencyAdopted Ruble = new(new(2016, 7, 1), "BYN");
    private static readonly DescribeState All = new(1, Name, [Member, Observer], [Capital], [Ruble]);

    [Fact]
    public void An_invisible_name_is_rejected_with_its_field() => Assert.Equal(
        "names.ru", Assert.Throws<Malformed>(() => Names.Check("names", new Dictionary<string, string>(Name) { ["ru"] = "\u200B" })).Field);

    [Fact]
    public void A_new_state_is_recorded_as_one_event_per_fact_in_chronological_order() =>
        Spec<State>.Given().When(All.Decide).Then(Named, Observer, Member, Capital, Ruble);

    [Fact]
    public void Only_new_facts_are_recorded() => Spec<State>.Given(Named, Observer, Capital, Ruble).When(All.Decide).Then(Member);

    [Fact]
    public void A_corrected_fact_replaces_the_fact_of_the_same_date()
    {
        var renamed = Capital with { Names = Other };
        Spec<State>.Given(Named, Observer, Member, Capital, Ruble).When((All with { Capitals = [renamed] }).Decide).Then(renamed);
    }

    [Fact]
    public void An_omitted_fact_is_withdrawn() =>
        Spec<State>.Given(Named, Observer, Member, Capital, Ruble)
            .When((All with { Statuses = [Observer] }).Decide)
            .Then(new FactWithdrawn(FactKind.Status, Member.From));

    [Theory]
    [InlineData("2015-07-09", null)]
    [InlineData("2015-07-10", Status.Observer)]
    [InlineData("2024-07-03", Status.Observer)]
    [InlineData("2024-07-04", Status.Member)]
    public void Facts_are_valid_from_their_date(string date, Status? status)
    {
        var state = new object[] { Named, Member, Observer }.Aggregate(new State { Id = "state-BY" }, (s, e) => s.Evolve(e));
        Assert.Equal(status, state.StatusOn(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture))?.Status);
    }

    [Theory]
    [InlineData("Africa/Cairo", "2026-04-23T12:00:00Z", "+02:00", "2026-04-23T22:00:00Z", "+03:00")]
    [InlineData("Africa/Cairo", "2026-04-24T12:00:00Z", "+03:00", "2026-10-29T21:00:00Z", "+02:00")]
    [InlineData("Asia/Almaty", "2024-02-29T12:00:00Z", "+06:00", "2024-02-29T18:00:00Z", "+05:00")]
    [InlineData("Asia/Almaty", "2024-03-01T12:00:00Z", "+05:00", null, null)]
    [InlineData("Asia/Kathmandu", "2026-01-01T00:00:00Z", "+05:45", null, null)]
    [InlineData("Asia/Yangon", "2026-01-01T00:00:00Z", "+06:30", null, null)]
    [InlineData("Asia/Tehran", "2026-07-01T00:00:00Z", "+03:30", null, null)]
    [InlineData("Asia/Kolkata", "2026-07-01T00:00:00Z", "+05:30", null, null)]
    public void A_clock_has_its_offset_and_the_next_change(
        string zone,
        string at,
        string offset,
        string? change,
        string? then)
    {
        var clock = StateList.ClockOf(zone, At(at));
        Assert.Equal((offset, change is null ? null : new OffsetChange(At(change), then!)), (clock.UtcOffset, clock.NextChange));
    }

    [Fact]
    public void The_order_of_rates_in_a_sheet_does_not_matter()
    {
        Rate one = new("R1", "840", "USD", 1, 75.5m), two = new("R2", "978", "EUR", 1, 88.2m);
        var day = new DateOnly(2026, 4, 25);
        Spec<RateSheet>.Given(new RatesRecorded(day, "a", [one, two]))
            .When(new RecordRates(day, "b", [two, one with { Value = 75.50m }]).Decide)
            .ThenNothing();
        Spec<RateSheet>.Given(new RatesRecorded(day, "a", [one, two]))
            .When(new RecordRates(day, "b", [two]).Decide)
            .Then(new RatesCorrected(day, "b", [two]));
    }

    [Theory]
    [InlineData("2026-04-25", "2026-04-25T00:00:00Z")]
    [InlineData("2026-04-25T10:00:00Z", "2026-04-25T10:00:00Z")]
    [InlineData("2026-04-25T10:00:00.123+03:00", "2026-04-25T07:00:00.123Z")]
    [InlineData("2026-04-25T10:00:00 03:00", "2026-04-25T07:00:00Z")]
    public void AsOf_is_a_date_or_an_instant_with_an_offset(string text, string moment) =>
        Assert.Equal(At(moment), AsOf.Parse(text).Moment);

    [Theory]
    [InlineData("2026-04-25T10:00:00")]
    [InlineData("25.04.2026")]
    [InlineData("2026-04-31")]
    [InlineData("now")]
    public void Any_other_AsOf_is_malformed(string text) => Assert.Throws<global::Platform.Web.Malformed>(() => AsOf.Parse(text));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
