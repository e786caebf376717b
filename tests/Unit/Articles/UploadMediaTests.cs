using Articles.Media;
using Kit;
using Xunit;
using static Unit.Articles.SomeMedia;

namespace Unit.Articles;

public class UploadMediaTests
{
    [Fact]
    public void A_picture_is_uploaded() =>
        Spec<MediaItem>.Given().When(new UploadMedia("hall.jpg", First, Preview, Some.Noon).Decide).Then(Uploaded);

    [Fact]
    public void Uploading_the_same_file_again_changes_nothing() =>
        Spec<MediaItem>.Given(Uploaded)
            .When(new UploadMedia("other.jpg", First, Preview, Some.Noon.AddDays(1)).Decide)
            .ThenNothing();

    [Fact]
    public void Another_file_replaces_the_picture() =>
        Spec<MediaItem>.Given(Uploaded)
            .When(new UploadMedia("other.jpg", Another, Preview, Some.Noon).Decide)
            .Then(new MediaReplaced(Another, Preview));

    [Fact]
    public void The_id_of_a_deleted_picture_cannot_be_used_again() =>
        Spec<MediaItem>.Given(Uploaded, new MediaDeleted())
            .When(new UploadMedia("hall.jpg", First, Preview, Some.Noon).Decide)
            .ThenRejected("was deleted");

    [Fact]
    public void The_files_of_replaced_pictures_are_kept_and_those_of_deleted_ones_are_not()
    {
        var replaced = new MediaItem().Evolve(Uploaded).Evolve(new MediaReplaced(Another, Preview with { File = "new.jpg" }));
        Assert.Equal([First.File, Preview.File], replaced.FormerFiles);
        var deleted = replaced.Evolve(new MediaDeleted());
        Assert.Empty(deleted.FormerFiles);
        Assert.Null(deleted.Original);
        Assert.True(deleted.IsDeleted);
    }
}
