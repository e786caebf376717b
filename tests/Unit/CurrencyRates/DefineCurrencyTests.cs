using CurrencyRates.Sheets;
using Kit;
using Xunit;

namespace Unit.CurrencyRates;

public class DefineCurrencyTests
{
    private static readonly Dictionary<string, string> Names = new() { ["en"] = "Yuan", ["ru"] = "Юань", ["zh"] = "人民币" };
    private static readonly CurrencyDefined Yuan = new("156", "R01375", Names);

    [Fact]
    public void A_currency_is_added() => Defining(Yuan).Then(Yuan);

    [Fact]
    public void A_currency_is_renamed()
    {
        var renamed = Yuan with { Names = new Dictionary<string, string>(Names) { ["en"] = "Chinese yuan" } };
        Defining(renamed, Yuan).Then(renamed);
    }

    [Fact]
    public void The_id_of_the_bank_can_be_removed() => Defining(Yuan with { BankId = null }, Yuan).Then(Yuan with { BankId = null });

    [Fact]
    public void Defining_the_same_currency_again_changes_nothing() =>
        Defining(Yuan with { Names = new Dictionary<string, string>(Names) }, Yuan).ThenNothing();

    private static Spec<Currency> Defining(CurrencyDefined wanted, params object[] given) =>
        Spec<Currency>.Given(given).When(new DefineCurrency(wanted.NumCode, wanted.BankId, wanted.Names).Decide);
}
