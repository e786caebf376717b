using Bench;
using Xunit;

namespace Integration.Articles;

/// <summary>The judged queries of <c>./platform bench search</c>.</summary>
public class SearchQualityTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task The_order_by_relevance_is_good_and_typing_errors_rarely_hide_an_article()
    {
        var figures = await SearchWork.Judge(desk.Editor);
        foreach (var figure in figures) TestContext.Current.TestOutputHelper?.WriteLine(figure.Row(figure.Baseline));
        Assert.Equal(8, figures.Length);
        Assert.All(figures.Where(f => f.Target is null), f => Assert.InRange(f.Value, 0.9, 1));
        Assert.All(figures.Where(f => f.Target is not null), f => Assert.True(f.Reached, f.Row(f.Baseline)));
    }
}
