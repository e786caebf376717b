using System.Text.Json.Nodes;
using Kit;
using Platform.Contracts;
using Portal.Reader;
using Portal.Reader.Parts;
using Xunit;

namespace Unit.Portal;

/// <summary>The files and the structured data of reader pages.</summary>
public class PageFileTests
{
    [Fact]
    public void Every_preloaded_font_exists_and_is_the_one_in_the_style_sheet()
    {
        var styles = Repository.Read("portal", "wwwroot", "site", "site.css");
        var preloaded = Languages.All.SelectMany(Fonts.Of).Distinct().ToArray();

        Assert.Equal(2, preloaded.Length);
        Assert.All(preloaded, font =>
        {
            Assert.Contains($"url(\"{font["/site/".Length..]}\")", styles, StringComparison.Ordinal);
            Assert.True(File.Exists(Repository.Path("portal", "wwwroot", font[1..])), font);
        });
        Assert.True(File.Exists(Repository.Path("portal", "wwwroot", "site", "fonts", "LICENSE.txt")));
    }

    [Fact]
    public void The_fonts_of_a_page_fit_into_the_budget_of_a_page()
    {
        foreach (var lang in Languages.All)
            Assert.InRange(Fonts.Of(lang).Sum(f => new FileInfo(Repository.Path("portal", "wwwroot", f[1..])).Length), 0, 40_000);
    }

    [Fact]
    public void Structured_data_cannot_close_its_element_and_is_valid_JSON()
    {
        var json = JsonLd.Json("Thing", new Dictionary<string, object> { ["name"] = "</script><b>Новости & 新闻" });

        Assert.DoesNotContain("<", json, StringComparison.Ordinal);
        Assert.Contains("Новости", json, StringComparison.Ordinal);
        var thing = JsonNode.Parse(json)!;
        Assert.Equal(("Thing", "</script><b>Новости & 新闻"), (thing["@type"]!.ToString(), thing["name"]!.ToString()));
    }

    [Fact]
    public void A_sparkline_spans_its_area_and_a_constant_rate_is_in_the_middle()
    {
        HistoryItem[] rising = [new(new(2026, 1, 5), 1m), new(new(2026, 1, 12), 1.5m), new(new(2026, 1, 19), 2m)];

        Assert.Equal("2,26 48,14 94,2", Sparkline.Path(rising));
        Assert.Equal("2,14 94,14", Sparkline.Path([rising[0], rising[2] with { PerUnit = 1m }]));
    }

    [Fact]
    public void The_address_in_another_language_without_the_query_is_that_of_the_page()
    {
        var frame = new Frame("en", "/en/rates", "?date=2025-04-05", [], new global::Portal.PageDependencies());

        Assert.Equal(("/ru/rates?date=2025-04-05", "/ru/rates"), (frame.In("ru"), frame.PathIn("ru")));
    }

    [Fact]
    public void A_section_keeps_its_colour_and_an_unknown_one_has_the_first()
    {
        SectionItem[] sections = [.. Enumerable.Range(0, 5).Select(i => new SectionItem($"s{i}", i, new Dictionary<string, string>()))];
        var frame = new Frame("en", "/en", "", sections, new global::Portal.PageDependencies());

        Assert.Equal([0, 1, 2, 3, 0], sections.Select(s => frame.ColourOf(s.Key)));
        Assert.Equal(0, frame.ColourOf("unknown"));
    }
}
