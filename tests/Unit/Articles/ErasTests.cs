using Articles;
using CsCheck;
using Xunit;

namespace Unit.Articles;

public class ErasTests
{
    private static readonly Gen<DateTimeOffset> Moment = Gen.Long[-3_000_000_000_000, 4_000_000_000_000].Select(
        DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<string> Language = Gen.Int[0, 2].Select(i => Languages.All[i]);

    [Fact]
    public void Every_moment_between_two_lies_in_an_era_that_covers_them() =>
        Gen.Select(Moment, Gen.Double[0, 3000], Gen.Double[0, 1], Language).Sample((to, days, share, language) =>
            Assert.Single(Eras.Covering(language, to.AddDays(-days), to), e => Of(to.AddDays(-days * share), language).Contains(e)));

    [Fact]
    public void No_moment_days_away_does() =>
        Gen.Select(Moment, Gen.Double[0, 3000], Gen.Double[4, 3000], Language).Sample((to, days, away, language) =>
        {
            var eras = Eras.Covering(language, to.AddDays(-days), to);
            Assert.DoesNotContain(eras, e => Of(to.AddDays(away), language).Contains(e));
            Assert.DoesNotContain(eras, e => Of(to.AddDays(-days - away), language).Contains(e));
        });

    [Fact]
    public void Some_dozens_of_eras_cover_decades() =>
        Gen.Select(Moment, Gen.Double[0, 16_000], Language).Sample(
            (to, days, language) => Assert.InRange(Eras.Covering(language, to.AddDays(-days), to).Length, 1, 80));

    [Fact]
    public void No_language_has_the_eras_of_another() =>
        Gen.Select(Moment, Moment).Sample((one, other) => Assert.Empty(Of(one, "en").Intersect(Of(other, "ru"))));

    /// <summary>The eras a moment is in, as the index has them.</summary>
    private static int[] Of(DateTimeOffset moment, string language) =>
        [
            .. new[] { 4, 64, 1024 }.Select(
                (days, i) =>
                    (int)Math.Floor(moment.ToUnixTimeMilliseconds() / (days * 86_400_000.0)) * 9 + 3 * i + Languages.Rank(language)),
        ];
}
