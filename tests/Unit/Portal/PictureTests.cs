using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Reader;
using Portal.Reader.Parts;
using Xunit;

namespace Unit.Portal;

/// <summary>The pictures of articles: covers with their renditions, and drawings for articles without a cover.</summary>
public class PictureTests
{
    private static readonly CoverView Plain = new("https://pictures.example/a.jpg", "A river");

    private static readonly CoverView Rich = Plain with
    {
        Width = 1600,
        Height = 900,
        FocalX = 0.26,
        FocalY = 1,
        Renditions =
        [
            new("/media/b-640.webp", 640, 360, "image/webp"),
            new("/media/b-640.avif", 640, 360, "image/avif"),
            new("/media/b-320.avif", 320, 180, "image/avif"),
        ],
    };

    [Fact]
    public async Task The_browser_chooses_a_rendition_and_the_smaller_format_is_offered_first()
    {
        var html = await Render(Rich);

        var avif = html.IndexOf("srcset=\"/media/b-320.avif 320w, /media/b-640.avif 640w\"", StringComparison.Ordinal);
        var webp = html.IndexOf("srcset=\"/media/b-640.webp 640w\"", StringComparison.Ordinal);
        Assert.InRange(avif, 0, webp);
        Assert.Contains("sizes=\"50vw\"", html, StringComparison.Ordinal);
        Assert.Contains("width=\"1600\" height=\"900\" loading=\"lazy\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_focal_point_stays_visible_without_an_inline_style()
    {
        var html = await Render(Rich);

        Assert.Contains("class=\"x3 y10\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "x5 y5"), InlineData(0d, 1d, "x0 y10"), InlineData(-3d, 7d, "x0 y10"), InlineData(0.25, 0.649, "x3 y6")]
    public void A_focal_point_is_rounded_to_tenths_and_is_the_centre_by_default(double? x, double? y, string classes) =>
        Assert.Equal(classes, (Plain with { FocalX = x, FocalY = y }).Focus);

    [Fact]
    public async Task A_cover_of_which_only_the_address_is_known_reserves_its_place_too()
    {
        var html = await Render(Plain);

        Assert.DoesNotContain("<source", html, StringComparison.Ordinal);
        Assert.Contains("src=\"https://pictures.example/a.jpg\"", html, StringComparison.Ordinal);
        Assert.Contains("width=\"1200\" height=\"675\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_picture_is_loaded_at_once_and_only_a_described_one_has_a_description_in_its_language()
    {
        var first = await Render(Plain with { AltLang = "zh" }, (nameof(Picture.First), true), (nameof(Picture.Described), true));
        Assert.Contains("alt=\"A river\" lang=\"zh\"", first, StringComparison.Ordinal);
        Assert.Contains("fetchpriority=\"high\"", first, StringComparison.Ordinal);
        Assert.DoesNotContain("loading=", first, StringComparison.Ordinal);
        Assert.Contains("alt=\"\"", await Render(Plain with { AltLang = "zh" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_article_without_a_cover_has_a_drawing_in_the_colour_of_its_section()
    {
        var html = await Render(null, (nameof(Picture.Colour), 2));

        Assert.Contains("<svg class=\"drawn c2\"", html, StringComparison.Ordinal);
        Assert.Contains("aria-hidden=\"true\"", html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 100, 400);
    }

    [Fact]
    public void A_drawing_depends_only_on_the_id_and_differs_between_articles_written_together()
    {
        var ids = Enumerable.Range(0x101, 40).Select(i => Guid.Parse($"0196a000-0000-7000-8000-{i:x12}")).ToArray();
        var drawings = ids.Select(Globe.Of).ToArray();

        Assert.Equal(drawings, ids.Select(Globe.Of));
        Assert.InRange(drawings.Distinct().Count(), 38, 40);
        Assert.InRange(drawings.Max(d => d.X) - drawings.Min(d => d.X), 80u, 140u);
        Assert.All(drawings, d => Assert.InRange(d.Y, 36u, 131u));
        Assert.Equal("translate(100 40) scale(1.06)", new Globe(100, 40, 106).Transform);
    }

    private static async Task<string> Render(CoverView? cover, params (string Name, object Value)[] more)
    {
        var parameters = new Dictionary<string, object?>
        {
            [nameof(Picture.Article)] = Guid.CreateVersion7(),
            [nameof(Picture.Cover)] = cover,
            [nameof(Picture.Colour)] = 0,
            [nameof(Picture.Sizes)] = "50vw",
        };
        foreach (var (name, value) in more) parameters[name] = value;
        await using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<Picture>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
