using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Kit;
using Xunit;

namespace Integration.Articles;

/// <summary>Pictures in exports and imports.</summary>
public sealed class MediaExchangeTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private readonly MediaLibrary _library = new(desk);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exported_library_is_imported_once_with_its_descriptions()
    {
        var picture = SomePicture.Png(seed: 50);
        var id = await _library.Uploaded(picture, "exported.png");
        var description = new { alt = new { en = "A hall", zh = "大厅" }, credit = "Ann", focalY = 0.25 };
        (await desk.Editor.Send($"PUT /api/media/{id}/description", description, "*")).Is(HttpStatusCode.NoContent);
        var archive = await desk.Editor.GetByteArrayAsync("/api/export/media", Cancelled);
        Assert.All(await Outcomes("/api/import/media", archive), outcome => Assert.Equal("unchanged", outcome));

        var other = Guid.CreateVersion7();
        var renamed = Changed(archive, lines => lines.Replace($"{id}", $"{other}", StringComparison.Ordinal));
        Assert.Single(await Outcomes("/api/import/media", renamed), "created");
        Assert.All(await Outcomes("/api/import/media", renamed), outcome => Assert.Equal("unchanged", outcome));
        var item = await _library.Get(other);
        Assert.Equal(("exported.png", "大厅", "Ann", 0.25), (
            item.GetProperty("name").GetString(),
            item.GetProperty("alt").GetProperty("zh").GetString(),
            item.GetProperty("credit").GetString(),
            item.GetProperty("focalY").GetDouble()));
        Assert.Equal(picture, await desk.Editor.GetByteArrayAsync($"/api/media/{other}/original", Cancelled));

        var invalid = Changed(archive, lines => lines.Replace("0.25", "2", StringComparison.Ordinal)
            .Replace($"{id}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal));
        Assert.Single(await Outcomes("/api/import/media", invalid), "rejected");
        using var broken = await desk.Editor.PostAsync("/api/import/media", new ByteArrayContent("PK no archive"u8.ToArray()), Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
    }

    [Fact]
    public async Task Pictures_beside_a_WordPress_export_are_imported_into_the_library()
    {
        const string Wxr = """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
              xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
            <item><title>With pictures</title><guid>https://pictures.example.org/?p=7</guid><link>https://pictures.example.org/?p=7</link>
              <content:encoded><![CDATA[<p>Text</p>
            <a href="https://pictures.example.org/wp-content/uploads/2015/07/hall.png"><img width="300"
              src="https://pictures.example.org/wp-content/uploads/2015/07/hall-300x225.png" alt="Hall"></a>
            <img src="https://pictures.example.org/wp-content/uploads/2015/07/damaged.png" alt="Damaged">
            <img src="https://pictures.example.org/wp-content/uploads/2015/07/missing.png" alt="Missing">]]></content:encoded>
              <wp:post_id>7</wp:post_id><wp:post_date_gmt>2015-07-10 09:30:00</wp:post_date_gmt>
              <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
              <wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta></item>
            <item><title>Cover</title><guid>https://pictures.example.org/?p=9</guid><wp:post_id>9</wp:post_id>
              <excerpt:encoded>Before the session</excerpt:encoded>
              <wp:attachment_url>https://pictures.example.org/wp-content/uploads/2015/07/cover.png</wp:attachment_url>
              <wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type>
              <wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>The cover</wp:meta_value></wp:postmeta></item>
            </channel></rss>
            """;
        var archive = Archive(
            ("site/export.xml", Encoding.UTF8.GetBytes(Wxr)),
            ("site/uploads/2015/07/cover.png", SomePicture.Png(seed: 51)),
            ("site/uploads/2015/07/hall.png", SomePicture.Png(seed: 52)),
            ("site/uploads/2016/01/hall.png", SomePicture.Png(seed: 53)),
            ("site/uploads/2015/07/damaged.png", SomePicture.Png()[..300]));
        const string Address = "/api/import/wordpress?section=news&lang=en";
        var results = await Import(Address, archive);
        Assert.Equal(["created", "skipped"], results.Select(r => r.GetProperty("outcome").GetString()));
        Assert.Contains("damaged.png was not imported", results[0].GetProperty("why").GetString(), StringComparison.Ordinal);
        var article = await desk.Get($"/api/articles/{results[0].GetProperty("id").GetGuid()}/draft", desk.Editor);
        var (cover, body) = (
            article.GetProperty("draft").GetProperty("cover").GetProperty("url").GetString()!,
            article.GetProperty("draft").GetProperty("texts").GetProperty("en").GetProperty("bodyHtml").GetString()!);
        Assert.StartsWith("/media/items/", cover, StringComparison.Ordinal);
        Assert.Contains("uploads/2015/07/missing.png", body, StringComparison.Ordinal);
        Assert.Contains("uploads/2015/07/damaged.png", body, StringComparison.Ordinal);
        Assert.DoesNotContain("hall", body, StringComparison.Ordinal);
        var item = await _library.Get(Guid.Parse(cover["/media/items/".Length..]));
        Assert.Equal(("cover.png", "The cover", "Before the session"), (
            item.GetProperty("name").GetString(),
            item.GetProperty("alt").GetProperty("en").GetString(),
            item.GetProperty("caption").GetProperty("en").GetString()));
        var hall = System.Text.RegularExpressions.Regex.Match(body, "src=\"/media/items/([^\"]+)\"").Groups[1].Value;
        Assert.Equal(SomePicture.Png(seed: 52), await desk.Editor.GetByteArrayAsync($"/api/media/{hall}/original", Cancelled));
        Assert.Equal(["unchanged", "skipped"], await Outcomes(Address, archive));
        using var empty = await desk.Editor.PostAsync(Address, new ByteArrayContent(Archive(("a.txt", [1]))), Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
    }

    private static byte[] Archive(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        return bytes.ToArray();
    }

    /// <summary>The archive with another list of its pictures.</summary>
    private static byte[] Changed(byte[] archive, Func<string, string> change)
    {
        using var source = new ZipArchive(new MemoryStream(archive));
        return Archive([.. source.Entries.Select(entry =>
        {
            using var bytes = new MemoryStream();
            using (var content = entry.Open()) content.CopyTo(bytes);
            return (
                entry.FullName,
                entry.Name == "media.jsonl" ? Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes.ToArray()))) : bytes.ToArray());
        })]);
    }

    private async Task<IEnumerable<string?>> Outcomes(string address, byte[] archive) =>
        (await Import(address, archive)).Select(r => r.GetProperty("outcome").GetString());

    private async Task<JsonElement[]> Import(string address, byte[] archive)
    {
        using var answer = await desk.Editor.PostAsync(address, new ByteArrayContent(archive), Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.IsSuccessStatusCode, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
    }
}
