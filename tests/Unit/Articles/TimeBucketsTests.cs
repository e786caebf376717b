using Articles.Search;
using CsCheck;
using Platform.Contracts;
using Xunit;

namespace Unit.Articles;

public class TimeBucketsTests
{
    private static readonly Gen<DateTimeOffset> Time = Gen.Long[-3_000_000_000_000, 4_000_000_000_000].Select(
        DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<string> Language = Gen.Int[0, 2].Select(i => Languages.All[i]);

    [Fact]
    public void Every_time_in_a_period_is_in_exactly_one_bucket_that_covers_the_period() =>
        Gen.Select(Time, Gen.Double[0, 3000], Gen.Double[0, 1], Language).Sample((to, days, share, language) =>
            Assert.Single(TimeBuckets.Covering(language, to.AddDays(-days), to), e => Of(to.AddDays(-days * share), language).Contains(e)));

    [Fact]
    public void No_time_days_outside_a_period_is_in_a_bucket_that_covers_the_period() =>
        Gen.Select(Time, Gen.Double[0, 3000], Gen.Double[4, 3000], Language).Sample((to, days, away, language) =>
        {
            var buckets = TimeBuckets.Covering(language, to.AddDays(-days), to);
            Assert.DoesNotContain(buckets, e => Of(to.AddDays(away), language).Contains(e));
            Assert.DoesNotContain(buckets, e => Of(to.AddDays(-days - away), language).Contains(e));
        });

    [Fact]
    public void A_few_dozen_buckets_cover_decades() =>
        Gen.Select(Time, Gen.Double[0, 16_000], Language).Sample(
            (to, days, language) => Assert.InRange(TimeBuckets.Covering(language, to.AddDays(-days), to).Length, 1, 80));

    [Fact]
    public void No_bucket_number_is_used_by_two_languages() =>
        Gen.Select(Time, Time).Sample((one, other) => Assert.Empty(Of(one, "en").Intersect(Of(other, "ru"))));

    /// <summary>The numbers that the index contains for an article published at this time.</summary>
    private static int[] Of(DateTimeOffset time, string language) =>
        [
            .. new[] { 4, 64, 1024 }.Select(
                (days, i) =>
                    (int)Math.Floor(time.ToUnixTimeMilliseconds() / (days * 86_400_000.0)) * 9 + 3 * i + Languages.Rank(language)),
        ];
}
