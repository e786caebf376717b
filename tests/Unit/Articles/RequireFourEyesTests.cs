using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Articles;

public class RequireFourEyesTests
{
    private static readonly SectionDefined Defined = new(1, new Dictionary<string, string> { ["en"] = "News" });

    [Fact]
    public void The_rule_of_a_section_is_switched_on() =>
        Spec<Section>.Given(Defined).When(new RequireFourEyes(true).Decide).Then(new SectionFourEyesSet(true));

    [Fact]
    public void The_rule_of_a_section_is_switched_off() =>
        Spec<Section>.Given(Defined, new SectionFourEyesSet(true))
            .When(new RequireFourEyes(false).Decide)
            .Then(new SectionFourEyesSet(false));

    [Fact]
    public void A_section_without_the_rule_stays_without_it() =>
        Spec<Section>.Given(Defined).When(new RequireFourEyes(false).Decide).ThenNothing();

    [Fact]
    public void A_section_that_is_renamed_keeps_the_rule() =>
        Assert.True(new Section().Evolve(Defined).Evolve(new SectionFourEyesSet(true)).Evolve(Defined with { Order = 2 }).FourEyes);

    [Fact]
    public void An_unknown_section_has_no_rule() =>
        Spec<Section>.Given().When(new RequireFourEyes(true).Decide).ThenThrows<NotFound>("no section");
}
