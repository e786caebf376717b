using Articles.Links;
using Kit;
using Xunit;

namespace Unit.Articles;

public class DefineLinkTests
{
    private static readonly LinkDefined Entry = new(
        1,
        "https://example.org/",
        new Dictionary<string, string> { ["en"] = "Body", ["ru"] = "Орган", ["zh"] = "机构" },
        null,
        null);

    [Fact]
    public void A_link_is_created() => Spec<Link>.Given().When(new DefineLink(Entry).Decide).Then(Entry);

    [Fact]
    public void A_link_is_changed()
    {
        var ended = Entry with { Until = new(2025, 1, 1) };
        Spec<Link>.Given(Entry).When(new DefineLink(ended).Decide).Then(ended);
    }

    [Fact]
    public void Defining_the_same_link_again_changes_nothing() =>
        Spec<Link>.Given(Entry)
            .When(new DefineLink(Entry with { Names = new Dictionary<string, string>(Entry.Names) }).Decide)
            .ThenNothing();
}
