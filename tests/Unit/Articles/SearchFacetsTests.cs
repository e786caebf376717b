using Articles.Search;
using Xunit;

namespace Unit.Articles;

public class SearchFacetsTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(2_000, 0, 1)]
    [InlineData(8_000, 1, 4)]
    [InlineData(100_000, 3, 64)]
    [InlineData(1_000_000_000, SearchVectors.Samples, 4096)]
    public void The_sample_has_about_a_thousand_articles(long articles, int number, long ratio) =>
        Assert.Equal(new SampleSize(number, ratio), SampleSize.Of(articles));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99, 99)]
    [InlineData(2_560, 2_600)]
    [InlineData(99_900, 100_000)]
    public void An_estimate_has_two_significant_digits(long estimate, long rounded) =>
        Assert.Equal(rounded, SampleSize.Rounded(estimate));

    [Fact]
    public void Each_sample_contains_a_quarter_of_the_sample_before_it()
    {
        var samples = Enumerable.Range(0, 16_384)
            .Select(i => (int)SearchVectors.Arguments("Title", "en", $"article-{i:x12}")[^1]).ToArray();
        for (var number = 1; number <= 3; number++)
        {
            var expected = samples.Length / Math.Pow(SearchVectors.SampleRatio, number);
            Assert.InRange(samples.Count(s => s >= number), expected * 0.8, expected * 1.2);
        }
    }
}
