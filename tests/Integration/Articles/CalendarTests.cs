using System.Net;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

/// <summary>Publication days and months in the requested time zone.</summary>
public class CalendarTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task Publication_days_and_months_are_those_of_the_requested_time_zone()
    {
        var late = await desk.Published(Body(English(), "analytics"), new DateTimeOffset(2003, 6, 30, 16, 30, 0, TimeSpan.Zero));
        const string Zone = "timeZone=Asia/Shanghai";
        Assert.Equal(
            "{\"items\":[{\"period\":\"2003-07-01\",\"articles\":1}]}",
            (await desk.Get($"/api/archive?month=2003-07&{Zone}")).ToString());
        Assert.Equal("{\"items\":[]}", (await desk.Get($"/api/archive?month=2003-06&{Zone}")).ToString());
        Assert.Equal("{\"items\":[{\"period\":\"2003-06-30\",\"articles\":1}]}", (await desk.Get("/api/archive?month=2003-06")).ToString());
        Assert.Equal([late], await desk.Listed($"from=2003-07-01&to=2003-07-01&{Zone}"));
        Assert.Empty(await desk.Listed("from=2003-07-01&to=2003-07-01"));
        Assert.Empty(await desk.Listed($"from=2003-06-30&to=2003-06-30&{Zone}"));
        Assert.Empty(await desk.Listed("from=0001-01-01&to=0001-01-02&timeZone=Pacific/Kiritimati"));
        Assert.Equal("{\"items\":[]}", (await desk.Get("/api/archive?month=2999-12&timeZone=Etc/GMT%2B12")).ToString());
        foreach (var path in new[] { "/api/archive?timeZone=Beijing", "/api/articles?timeZone=../etc/passwd" })
        {
            using var answer = await desk.Answer(path);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(
                "timeZone",
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        }
    }
}
