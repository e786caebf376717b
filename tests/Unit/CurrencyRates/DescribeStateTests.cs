using CurrencyRates.States;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.CurrencyRates;

public class DescribeStateTests
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
}
