using Articles.Media;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.SomeMedia;

namespace Unit.Articles;

public class RenameMediaTests
{
    [Fact]
    public void A_picture_is_renamed() =>
        Spec<MediaItem>.Given(Uploaded).When(new RenameMedia("assembly-hall.jpg").Decide).Then(new MediaRenamed("assembly-hall.jpg"));

    [Fact]
    public void Giving_a_picture_its_own_name_changes_nothing() =>
        Spec<MediaItem>.Given(Uploaded).When(new RenameMedia("hall.jpg").Decide).ThenNothing();

    [Fact]
    public void A_missing_picture_cannot_be_renamed()
    {
        Spec<MediaItem>.Given().When(new RenameMedia("x").Decide).ThenThrows<NotFound>("no picture");
        Spec<MediaItem>.Given(Uploaded, new MediaDeleted()).When(new RenameMedia("x").Decide).ThenThrows<NotFound>("no picture");
    }

    [Theory]
    [InlineData("hall.jpg", "hall.jpg")]
    [InlineData(@"C:\Pictures\hall.jpg", "hall.jpg")]
    [InlineData("../../hall.jpg", "hall.jpg")]
    [InlineData("  a <b>hall</b> ", "a hall")]
    public void A_name_has_no_path_and_no_markup(string sent, string name) => Assert.Equal(name, RenameMedia.Clean(sent));

    [Theory]
    [InlineData("")]
    [InlineData("folder/")]
    [InlineData("<b></b>")]
    [InlineData("\u200B")]
    public void A_name_must_be_visible(string sent) => Assert.Equal("name", Assert.Throws<Malformed>(() => RenameMedia.Clean(sent)).Field);
}
