using Articles;
using CsCheck;
using Xunit;

namespace Unit.Articles;

public class ErasTests
{
    private static readonly Gen<DateTimeOffset> Moment = Gen.Long[-3_000_000_000_000, 4_000_000_000_000].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    [Fact]
    public void Every_moment_between_two_lies_in_an_era_that_covers_them() =>
        Gen.Select(Moment, Gen.Double[0, 3000], Gen.Double[0, 1]).Sample((to, days, share) =>
        {
            var eras = Eras.Covering(to.AddDays(-days), to);
            Assert.Contains(eras, e => Of(to.AddDays(-days * share)).Contains(e));
        });

    [Fact]
    public void A_few_eras_cover_decades() =>
        Gen.Select(Moment, Gen.Double[0, 16_000]).Sample((to, days) => Assert.InRange(Eras.Covering(to.AddDays(-days), to).Length, 1, 18));

    [Fact]
    public void Days_are_covered_by_short_eras() =>
        Assert.All(Eras.Covering(DateTimeOffset.UnixEpoch.AddDays(40), DateTimeOffset.UnixEpoch.AddDays(60)), e => Assert.Equal(0, e % 4));

    /// <summary>The eras a moment is in, as the index has them.</summary>
    private static int[] Of(DateTimeOffset moment) => [.. new[] { 4, 64, 1024 }.Select((days, i) => (int)Math.Floor(moment.ToUnixTimeMilliseconds() / (days * 86_400_000.0)) * 4 + i)];
}
