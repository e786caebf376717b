using Articles.Media;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.SomeMedia;

namespace Unit.Articles;

public class DeleteMediaTests
{
    [Fact]
    public void An_unused_picture_is_deleted() =>
        Spec<MediaItem>.Given(Uploaded).When(new DeleteMedia(0, false).Decide).Then(new MediaDeleted());

    [Fact]
    public void A_used_picture_is_deleted_only_on_purpose()
    {
        Spec<MediaItem>.Given(Uploaded).When(new DeleteMedia(1, false).Decide).ThenRejected("used in 1 article.");
        Spec<MediaItem>.Given(Uploaded).When(new DeleteMedia(3, false).Decide).ThenRejected("used in 3 articles.");
        Spec<MediaItem>.Given(Uploaded).When(new DeleteMedia(3, true).Decide).Then(new MediaDeleted());
    }

    [Fact]
    public void Deleting_a_deleted_picture_changes_nothing() =>
        Spec<MediaItem>.Given(Uploaded, new MediaDeleted()).When(new DeleteMedia(0, false).Decide).ThenNothing();

    [Fact]
    public void A_missing_picture_cannot_be_deleted() =>
        Spec<MediaItem>.Given().When(new DeleteMedia(0, false).Decide).ThenThrows<NotFound>("no picture");
}
