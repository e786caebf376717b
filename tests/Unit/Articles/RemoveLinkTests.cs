using Articles.Links;
using Kit;
using Xunit;

namespace Unit.Articles;

public class RemoveLinkTests
{
    [Fact]
    public void A_link_is_removed() =>
        Spec<Link>.Given(new LinkDefined(1, "https://example.org/", new Dictionary<string, string>(), null, null))
            .When(new RemoveLink().Decide)
            .Then(new LinkRemoved());

    [Fact]
    public void Removing_a_missing_link_changes_nothing() => Spec<Link>.Given().When(new RemoveLink().Decide).ThenNothing();
}
