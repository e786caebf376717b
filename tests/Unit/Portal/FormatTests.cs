using System.Globalization;
using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>Short dates, plural forms and reading times.</summary>
public sealed class FormatTests : IDisposable
{
    private static readonly TimeZoneInfo Beijing = ReaderSite.ZoneOf(null);
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 14, 0, 0, TimeSpan.Zero); // 22:00 in Beijing

    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public void Dispose() => CultureInfo.CurrentCulture = _before;

    [Theory]
    [InlineData("en", "2026-11-29T16:30Z", "00:30")] // today in Beijing, although yesterday in UTC
    [InlineData("en", "2026-11-29T15:30Z", "29 Nov")]
    [InlineData("en", "2017-06-13T07:10Z", "13 Jun 2017")]
    [InlineData("ru", "2026-11-29T15:30Z", "29 нояб.")]
    [InlineData("zh", "2026-11-29T15:30Z", "11月29日")]
    [InlineData("zh", "2017-06-13T07:10Z", "2017年6月13日")]
    public void A_short_time_is_the_time_of_today_or_a_day_with_its_year_if_it_is_another_one(string lang, string moment, string shown)
    {
        CultureInfo.CurrentCulture = ReaderSite.Culture(lang);
        Assert.Equal(shown, Format.Brief(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture), Beijing, Now));
    }

    [Theory]
    [InlineData("en", "Monday, 30 November 2026"), InlineData("ru", "Понедельник, 30 ноября 2026"), InlineData("zh", "2026年11月30日 星期一")]
    public void The_current_day_is_shown_with_its_day_of_the_week(string lang, string shown)
    {
        CultureInfo.CurrentCulture = ReaderSite.Culture(lang);
        Assert.Equal(shown, Format.Today(Now, Beijing));
    }

    [Theory]
    [InlineData("en", 1, "one"), InlineData("en", 0, "other"), InlineData("en", 21, "other")]
    [InlineData("ru", 1, "one"), InlineData("ru", 21, "one"), InlineData("ru", 11, "many"), InlineData("ru", 111, "many")]
    [InlineData("ru", 2, "few"), InlineData("ru", 24, "few"), InlineData("ru", 12, "many"), InlineData("ru", 5, "many")]
    [InlineData("ru", 0, "many"), InlineData("zh", 1, "other"), InlineData("zh", 2, "other")]
    public void A_count_has_the_plural_form_of_its_language(string lang, long count, string form)
    {
        CultureInfo.CurrentCulture = ReaderSite.Culture(lang);
        Assert.Equal(form, Format.Plural(count));
    }

    [Theory]
    [InlineData("en", "0.0123", "+1.2%"), InlineData("en", "-0.5", "\u221250.0%"), InlineData("en", "0.0001", "0.0%")]
    [InlineData("ru", "0.0123", "+1,2\u00a0%"), InlineData("zh", "-0.0123", "\u22121.2%")]
    public void A_relative_change_has_a_sign_unless_it_is_rounded_to_zero(string lang, string share, string shown)
    {
        CultureInfo.CurrentCulture = ReaderSite.Culture(lang);
        Assert.Equal(shown, Format.Percent(decimal.Parse(share, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Reading_takes_a_minute_for_200_words_or_400_Chinese_characters_without_the_markup()
    {
        Assert.Equal(1, Format.ReadingMinutes(""));
        Assert.Equal(3, Format.ReadingMinutes($"<p class=\"one two three\">{string.Concat(Enumerable.Repeat("don't stop, ", 300))}</p>"));
        Assert.Equal(2, Format.ReadingMinutes($"<p>{new string('字', 800)}</p>"));
        Assert.Equal(1, Format.ReadingMinutes(string.Concat(Enumerable.Repeat("<img alt=\"a b c\">", 500))));
    }
}
