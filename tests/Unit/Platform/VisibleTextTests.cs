using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class VisibleTextTests
{
    [Theory]
    [InlineData("\u200B")]
    [InlineData("\u200E")]
    [InlineData("\u00AD")]
    [InlineData("\uFEFF")]
    [InlineData("\u2800")]
    [InlineData("\u0301")]
    [InlineData("\u3164")]
    [InlineData("\u115F\u1160\uFFA0")]
    [InlineData("\u00A0\u2003\u3000")]
    [InlineData("\u202E\u2066")]
    [InlineData("\uFE0F\u200D")]
    [InlineData("\U000E0041")]
    [InlineData("&nbsp;")]
    [InlineData("&#8203; &shy;")]
    [InlineData("\u200B &nbsp; \u0308")]
    public void A_text_without_a_visible_character_is_rejected(string text)
    {
        var refusal = Assert.Throws<Malformed>(() => text.Visible("title"));
        Assert.Equal(("title", "must contain at least one visible character"), (refusal.Field, refusal.Message));
        Assert.Equal(string.IsNullOrWhiteSpace(text), new VisibleAttribute().IsValid(text));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("会")]
    [InlineData("한")]
    [InlineData("हि")]
    [InlineData("?")]
    [InlineData("👍🏽")]
    [InlineData("\u200Ba")]
    [InlineData("&amp;")]
    [InlineData("&")]
    public void A_text_with_a_visible_character_is_accepted(string text)
    {
        Assert.Equal(text, text.Visible("title"));
        Assert.True(new VisibleAttribute().IsValid(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void The_visibility_rule_accepts_blank_fields(string? text) => Assert.True(new VisibleAttribute().IsValid(text));
}
