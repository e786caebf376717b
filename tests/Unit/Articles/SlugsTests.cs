using Articles.Publishing;
using Kit;
using Xunit;

namespace Unit.Articles;

public class SlugsTests
{
    [Fact]
    public void A_slug_belongs_to_one_article_until_it_is_released()
    {
        var (mine, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Spec<SlugOwner>.Given().When(o => Slugs.Claim("s", mine, o)).Then(new SlugTaken(mine));
        Spec<SlugOwner>.Given(new SlugTaken(other)).When(o => Slugs.Claim("s", mine, o)).ThenThrows<SlugIsTaken>("belongs to another");
        Spec<SlugOwner>.Given(new SlugTaken(other), new SlugReleased()).When(o => Slugs.Claim("s", mine, o)).Then(new SlugTaken(mine));
        Spec<SlugOwner>.Given(new SlugTaken(other)).When(o => Slugs.Release(mine, o)).ThenNothing();
    }
}
