using Articles.Publishing;
using CsCheck;
using Xunit;

namespace Unit.Articles;

public class PublishingDatesTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private static readonly Gen<DateTimeOffset[]> Articles = Gen.Int[0, 5_000].List[0, 2_000].Select(
        days => days.Select(d => Start.AddDays(d)).OrderDescending().ToArray());
    private static readonly Gen<DateTimeOffset> Moment = Gen.Int[-10, 5_010].Select(d => Start.AddDays(d));

    [Fact]
    public void The_date_a_number_of_articles_back_is_earlier_and_accurate_to_a_hundred_articles() =>
        Gen.Select(Articles, Moment, Gen.Int[100, 1_000]).Sample((articles, moment, back) =>
        {
            if (Read(articles).Back(moment, back) is { } found)
            {
                Assert.True(found < moment);
                Assert.InRange(
                    back, articles.Count(a => a > found && a < moment) - 100, articles.Count(a => a >= found && a < moment) + 100);
            }
            else Assert.InRange(articles.Count(a => a < moment), 0, back + 200);
        });

    [Fact]
    public void With_too_few_articles_there_is_no_date() => Assert.Null(new PublishingDates([]).Back(Start, 100));

    /// <summary>The result that the database query would return.</summary>
    private static PublishingDates Read(DateTimeOffset[] newestFirst) => new([.. newestFirst.Where((_, i) => (i + 1) % 100 == 0)]);
}
