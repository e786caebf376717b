using System.Net;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

/// <summary>The order of the list for editors.</summary>
public class EditorsOrderTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task Editors_can_list_the_last_changed_articles_first()
    {
        var word = $"Eta{Guid.CreateVersion7():N}";
        // UUIDs of version 4 are not ordered by time like those of version 7.
        var ids = new[]
        {
            Guid.Parse($"ffffffff{$"{Guid.NewGuid()}"[8..]}"),
            Guid.Parse($"00000000{$"{Guid.NewGuid()}"[8..]}"),
            Guid.CreateVersion7(),
        };
        foreach (var id in ids) await Ok(desk.Put(id, Body(English($"{word} begun"))));
        Assert.Equal(ids.Reverse(), await desk.Listed($"state=all&order=changed&q={word}", desk.Editor));
        await Ok(desk.Post($"/api/articles/{ids[0]}/publish"));
        await Ok(desk.Put(ids[1], Body(English($"{word} changed"))));
        Guid[] expected = [ids[1], ids[0], ids[2]];
        Assert.Equal(expected, await desk.Listed($"state=all&order=changed&q={word}", desk.Editor));

        var (found, times, next) = (new List<Guid>(), new List<DateTimeOffset>(), "");
        do
        {
            var page = await desk.Get($"/api/articles?state=all&order=changed&limit=1&q={word}{next}", desk.Editor);
            found.Add(page.GetProperty("items")[0].GetProperty("id").GetGuid());
            times.Add(page.GetProperty("items")[0].GetProperty("changedAt").GetDateTimeOffset());
            next = page.TryGetProperty("next", out var cursor) ? $"&cursor={cursor}" : "";
        } while (next.Length > 0);
        Assert.Equal(expected, found);
        Assert.Equal(times.OrderDescending(), times);

        var byId = (await desk.Get($"/api/articles?state=all&limit=1&q={word}", desk.Editor)).GetProperty("next").GetString();
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status($"/api/articles?state=all&order=changed&cursor={byId}", desk.Editor));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?state=all&order=title", desk.Editor));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?order=changed"));
    }

    [Fact]
    public async Task The_alternative_text_of_a_cover_has_its_language()
    {
        var cover = new { url = "https://example.org/a.jpg", alt = new { zh = "旗" } };
        var id = await desk.Published(Body(new { en = Text(), zh = Text() }, "news", null, ("cover", cover)));
        Assert.Equal("zh", (await desk.Get($"/api/articles/{id}?lang=en")).GetProperty("cover").GetProperty("altLang").GetString());
    }
}
