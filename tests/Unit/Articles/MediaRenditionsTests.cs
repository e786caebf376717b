using Articles.Media;
using Kit;
using Xunit;
using static Unit.Articles.SomeMedia;

namespace Unit.Articles;

public class MediaRenditionsTests
{
    private static readonly RenditionsRequested Requested = new(Another);

    private static Rendition Made(string type, int width = 300) => new($"{width}.{type}", $"image/{type}", width, 225, 1000);

    [Theory]
    [InlineData(4000, new[] { 320, 480, 640, 960, 1280, 1920 })]
    [InlineData(1920, new[] { 320, 480, 640, 960, 1280, 1920 })]
    [InlineData(1000, new[] { 320, 480, 640, 960, 1000 })]
    [InlineData(320, new[] { 320 })]
    [InlineData(200, new[] { 200 })]
    public void Renditions_are_never_wider_than_the_picture(int width, int[] widths)
    {
        var planned = PlannedRendition.Of(width);
        Assert.Equal(widths, planned.Select(p => p.Width).Distinct());
        Assert.All(planned.GroupBy(p => p.Width), p => Assert.Equal(["image/avif", "image/webp"], p.Select(r => r.Type).Order()));
    }

    [Fact]
    public void Renditions_are_requested_once_for_each_original()
    {
        Spec<MediaRenditions>.Given().When(r => MediaRenditions.Request(r, Another)).Then(Requested);
        Spec<MediaRenditions>.Given(Requested).When(r => MediaRenditions.Request(r, Another)).ThenNothing();
        Spec<MediaRenditions>.Given(Requested)
            .When(r => MediaRenditions.Request(r, First))
            .Then(new RenditionsRequested(First));
    }

    [Fact]
    public void The_last_rendition_completes_the_work()
    {
        Spec<MediaRenditions>.Given(Requested)
            .When(r => MediaRenditions.Record(r, Another.Hash, Made("webp")))
            .Then(new RenditionMade(Another.Hash, Made("webp")));
        Spec<MediaRenditions>.Given(Requested, new RenditionMade(Another.Hash, Made("webp")))
            .When(r => MediaRenditions.Record(r, Another.Hash, Made("avif")))
            .Then(new RenditionMade(Another.Hash, Made("avif")), new RenditionsCompleted(Another.Hash));
    }

    [Fact]
    public void A_rendition_of_a_replaced_picture_or_one_that_is_not_planned_is_ignored()
    {
        Spec<MediaRenditions>.Given(Requested).When(r => MediaRenditions.Record(r, First.Hash, Made("webp"))).ThenNothing();
        Spec<MediaRenditions>.Given(Requested).When(r => MediaRenditions.Record(r, Another.Hash, Made("webp", 320))).ThenNothing();
        Spec<MediaRenditions>.Given().When(r => MediaRenditions.Record(r, Another.Hash, Made("webp"))).ThenNothing();
    }

    [Fact]
    public void After_three_failures_the_renditions_are_not_tried_again()
    {
        var failed = new RenditionsFailed(Another.Hash, "takes too long");
        Spec<MediaRenditions>.Given(Requested).When(r => MediaRenditions.Fail(r, Another.Hash, "takes too long")).ThenEachTime(failed);
        Spec<MediaRenditions>.Given(Requested, failed, failed, failed)
            .When(r => MediaRenditions.Fail(r, Another.Hash, "takes too long"))
            .ThenNothing();
        var state = new MediaRenditions().Evolve(Requested);
        Assert.Equal("pending", state.State);
        for (var i = 0; i < MediaRenditions.MaxAttempts; i++) state = state.Evolve(failed);
        Assert.Equal("failed", state.State);
        Assert.Equal("pending", state.Evolve(new RenditionsRequested(First)).State);
    }

    [Fact]
    public void The_renditions_of_a_replaced_picture_are_kept_and_those_of_a_deleted_one_are_discarded()
    {
        var replaced = new MediaRenditions().Evolve(Requested)
            .Evolve(new RenditionMade(Another.Hash, Made("webp")))
            .Evolve(new RenditionsRequested(First));
        Assert.Equal(["300.webp"], replaced.FormerFiles);
        Assert.Equal(12, replaced.Missing().Count);
        Spec<MediaRenditions>.Given(Requested).When(MediaRenditions.Discard).Then(new RenditionsDiscarded());
        Spec<MediaRenditions>.Given().When(MediaRenditions.Discard).ThenNothing();
        Assert.Equal("none", replaced.Evolve(new RenditionsDiscarded()).State);
        Assert.Empty(replaced.Evolve(new RenditionsDiscarded()).FormerFiles);
    }
}
