using Comments.Moderation;
using Kit;
using Xunit;

namespace Unit.Comments;

public class SetPolicyTests
{
    private static readonly ModerationPolicySet Pre = new(ModerationMode.Pre, 30, Some.Noon);

    [Fact]
    public void Setting_a_policy_is_recorded() => Setting(ModerationMode.Pre, 30).Then(Pre);

    [Fact]
    public void Setting_the_same_policy_again_changes_nothing() =>
        Setting(ModerationMode.Pre, 30, Pre with { SetAt = Some.Noon.AddDays(-1) }).ThenNothing();

    [Fact]
    public void Setting_an_empty_policy_where_there_is_none_changes_nothing() => Setting(null, null).ThenNothing();

    private static Spec<ModerationPolicy> Setting(ModerationMode? mode, int? days, params object[] given) =>
        Spec<ModerationPolicy>.Given(given).When(new SetPolicy(mode, days, Some.Noon).Decide);
}
