using Articles.Media;
using Articles.Publishing;
using Xunit;

namespace Unit.Articles;

public class MediaReferencesTests
{
    private static readonly Guid
        One = new("01900000-0000-7000-8000-000000000001"),
        Two = new("01900000-0000-7000-8000-000000000002");

    [Fact]
    public void A_cover_and_pictures_in_texts_are_references_to_the_library()
    {
        var content = Contents.Draft with
        {
            Cover = new(MediaAddress.Of(Two), new Dictionary<string, string> { ["en"] = "A hall" }),
            Texts = new Dictionary<string, Text>
            {
                ["en"] = Contents.English with { BodyHtml = $"<img src=\"{MediaAddress.Of(One)}\"><img src=\"{MediaAddress.Of(Two)}\">" },
                ["ru"] = Contents.English with { BodyHtml = "<p>/media/items/, и больше ничего</p>" },
            },
        };
        Assert.Equal([One, Two], MediaReferencesProjection.Of(content));
        Assert.Empty(MediaReferencesProjection.Of(Contents.Draft));
    }

    [Theory]
    [InlineData("/media/items/01900000-0000-7000-8000-000000000001", true)]
    [InlineData("/media/items/01900000000070008000000000000001", false)]
    [InlineData("/media/items/01900000-0000-7000-8000-000000000001/x", false)]
    [InlineData("https://example.org/media/items/01900000-0000-7000-8000-000000000001", false)]
    [InlineData("/media/a.webp", false)]
    [InlineData(null, false)]
    public void Only_the_address_of_an_item_names_a_picture(string? address, bool names) =>
        Assert.Equal(names ? One : (Guid?)null, MediaAddress.IdOf(address));
}
