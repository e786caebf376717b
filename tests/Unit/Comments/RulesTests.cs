using Comments.Moderation;
using Kit;
using Xunit;

namespace Unit.Comments;

public class RulesTests
{
    [Fact]
    public void Each_setting_comes_from_the_most_specific_policy_that_defines_it()
    {
        ModerationPolicy
            article = new() { ClosedAfterDays = 7 },
            section = new() { Mode = ModerationMode.Pre, ClosedAfterDays = 30 },
            all = new() { Mode = ModerationMode.FirstHeld };
        Assert.Equal(new Rules(ModerationMode.Pre, 7), Rules.Of(article, section, all));
        Assert.Equal(new Rules(ModerationMode.FirstHeld, 7), Rules.Of(article, null, all));
        Assert.Equal(new Rules(ModerationMode.Post, null), Rules.Of(null, null, null));
    }

    [Fact]
    public void A_discussion_without_a_known_publication_date_is_not_closed() =>
        Assert.False(new Rules(ClosedAfterDays: 1).IsClosed(null, Some.Noon));
}
