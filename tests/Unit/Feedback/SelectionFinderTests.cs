using Feedback.Typos;
using Kit;
using Xunit;

namespace Unit.Feedback;

/// <summary>A selection is located in an article. [ and ] mark the location that must be found.</summary>
public class SelectionFinderTests
{
    private const string Family = "\U0001F469\u200D\U0001F469\u200D\U0001F467", Wave = "\U0001F44B\U0001F3FD";

    public static TheoryData<string, string, string, string, string> Cases { get; } = new()
    {
        { "one word", "<p>The [sumit] of the SCO</p>", "sumit", "", "" },
        { "part of a word", "<p>The s[um]it</p>", "um", "s", "it" },
        { "across emphasis", "<p>The [su<em>mi</em>t] of</p>", "sumit", "The ", " of" },
        {
            "across a link with nested markup",
            "<p>See [the <a href=\"/a\">new <strong>lisst</strong></a> of] states</p>",
            "the new lisst of",
            "See ",
            "states"
        },
        { "a whole link", "<p><a href=\"/a\">[memorandun]</a></p>", "memorandun", "", "" },
        {
            "Cyrillic",
            "<p>Государства [подписалли] меморандум</p>",
            "подписалли",
            "Государства ",
            " меморандум"
        },
        {
            "Cyrillic across markup",
            "<p>Встреча в [Аста<b>не</b> прошла] вчера</p>",
            "Астане прошла",
            "в ",
            " вчера"
        },
        { "Chinese", "<p>上海合作组织[秘书常]会见大使</p>", "秘书常", "组织", "会见" },
        { "Chinese across markup", "<p>上海<em>合作[组</em>织秘]书长</p>", "组织秘", "", "" },
        { "Chinese beyond the basic plane", "<p>甲\U00020000[\U00020001乙]丙</p>", "\U00020001乙", "", "" },
        { "emoji", "<p>Привет [" + Wave + " всемм]</p>", Wave + " всемм", "Привет ", "" },
        { "after a combined emoji", "<p>" + Family + " [famly] day</p>", "famly", Family + " ", " day" },
        { "single emoji", "<p>a[" + Family + "]b</p>", Family, "a", "b" },
        { "a noncharacter", "<p>The [e\uFFFEx] of</p>", "e\uFFFEx", "The ", " of" },
        { "combining mark in the article", "<p>The [cafe\u0301] opens</p>", "caf\u00e9", "The ", " opens" },
        { "combining mark in the selection", "<p>The [caf\u00e9] opens</p>", "cafe\u0301", "The ", " opens" },
        { "decomposed short i", "<p>Новы[и\u0306 с]езд</p>", "й с", "Новы", "езд" },
        { "combining mark in another node", "<p>caf[e<em>\u0301 x</em>]</p>", "\u00e9 x", "", "" },
        { "decomposed Hangul", "<p>\u1112\u1161\u11ab[\u1100\u116e\u11a8 a]</p>", "국 a", "", "" },
        { "white space in the source", "<p>The\n   [sumit\n\tof] the</p>", "sumit of", "The ", " the" },
        { "no-break space", "<p>в [2026\u00a0гоуд] году</p>", "2026 гоуд", "в ", "" },
        { "white space in the selection", "<p>The [sumit of] the</p>", "  sumit \n of ", "", "" },
        { "soft hyphen in the article", "<p>The [memo\u00adrandun] of</p>", "memorandun", "", "" },
        { "soft hyphen in the selection", "<p>The [memorandun] of</p>", "memo\u00adrandun", "", "" },
        { "entities", "<p>Q [&amp; A &lt;b&gt;] x</p>", "& A <b>", "", "" },
        { "the second of two", "<p>a cat here</p><p>and a [cat] there</p>", "cat", "and a ", " there" },
        { "the first of two", "<p>a [cat] here</p><p>and a cat there</p>", "cat", "a ", " here and" },
        { "the middle of three, identified by distant context", "<p>one cat cat [cat] cat five</p>", "cat", "one cat cat ", " cat five" },
        { "context across a paragraph boundary", "<p>end.</p>\n<p>[Teh] start</p><p>Teh start</p>", "Teh", "end.\n\n", " start Teh" },
        { "context without white space", "<p>end.</p><p>[Teh] start</p><p>x Teh start</p>", "Teh", "end.", " start" },
        { "context from outside the article", "<p>[Teh] start</p><p>x Teh end</p>", "Teh", "Share this page", " start" },
        {
            "context in another normalisation form",
            "<p>и\u0306 [cat] 1</p><p>о [cat2] cat 2</p>".Replace("[cat2]", "cat", StringComparison.Ordinal),
            "cat",
            "й ",
            " "
        },
        { "next to a line break", "<p>one<br>[twoo]<br>three</p>", "twoo", "one", "three" },
        { "in a list", "<ul><li>one</li><li>[twoo]</li></ul>", "twoo", "one", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_selection_is_found_where_it_was_made(
        string name,
        string article,
        string selection,
        string before,
        string after)
    {
        var marked = PartText.OfHtml("en", article).Text;
        var (start, end) = (marked.IndexOf('[', StringComparison.Ordinal), marked.IndexOf(']', StringComparison.Ordinal) - 1);
        var part = PartText.OfHtml("en", article.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal));
        var match = SelectionFinder.Find([part], selection, before, after);
        Assert.True(match.Spot is not null, $"{name}: {match.Candidates} candidates");
        Assert.Equal(new Spot("en", Part.Body, start, end - start), match.Spot);
    }

    [Theory]
    [InlineData("not in the text", "<p>The summit</p>", "sumit", 0)]
    [InlineData("another case", "<p>The Summit</p>", "summit", 0)]
    [InlineData("across paragraphs", "<p>one</p><p>two</p>", "one two", 0)]
    [InlineData("across a line break", "<p>one<br>two</p>", "onetwo", 0)]
    [InlineData("part of an emoji", "<p>a " + Family + " b</p>", "\U0001F467 b", 0)]
    [InlineData("a letter without its mark", "<p>cafe\u0301</p>", "cafe", 0)]
    [InlineData("a mark without its letter", "<p>cafe\u0301 x</p>", "\u0301 x", 0)]
    [InlineData("an unpaired surrogate", "<p>\U0001F600 x</p>", "\uDE00 x", 0)]
    [InlineData("blank", "<p>a b</p>", " \u00a0 ", 0)]
    [InlineData("twice, without context", "<p>cat cat</p>", "cat", 2)]
    public void A_selection_that_cannot_be_located_gives_the_number_of_candidates(
        string name, string article, string selection, int candidates)
    {
        var match = SelectionFinder.Find([PartText.OfHtml("en", article)], selection, "", "");
        Assert.True(match.Spot is null && match.Candidates == candidates, name);
    }

    [Fact]
    public void Title_and_lead_are_searched_too_and_languages_are_kept_apart()
    {
        var parts = PartText.Of("en", new("The sumit", "A lead", "<p>The summit</p>"))
            .Concat(PartText.Of("ru", new("Встреча", "Sumit sumit", "<p>x</p>")))
            .ToArray();
        Assert.Equal(new Spot("en", Part.Title, 4, 5), SelectionFinder.Find(parts, "sumit", "The ", "").Spot);
        Assert.Equal(new Spot("ru", Part.Lead, 6, 5), SelectionFinder.Find(parts, "sumit", "Sumit ", "").Spot);
    }

    [Fact]
    public void Any_selection_from_a_text_is_found_again()
    {
        foreach (var random in Some.Seeds())
        {
            var words = string.Concat(
                Enumerable.Range(0, 60).Select(
                    _ => random.GetItems(["cat ", "<b>кот</b> ", "猫", "e\u0301", Family, "<em>a</em>", " ", "</p><p>", "x"], 1)[0]));
            var part = PartText.OfHtml("en", $"<p>{words}</p>");
            var elements = System.Globalization.StringInfo.ParseCombiningCharacters(part.Text);
            var (from, to) = (random.Next(elements.Length), random.Next(elements.Length));
            var (start, end) = (elements[Math.Min(from, to)], elements[Math.Max(from, to)]);
            var selection = part.Text[start..end];
            if (selection.Trim().Length == 0 || part.Edges.Any(e => e > start && e < end)) continue;
            var spot = SelectionFinder.Find([part], selection.Normalize(), part.Text[..start], part.Text[end..]).Spot;
            Assert.NotNull(spot);
            Assert.Equal(selection.Trim(), part.Text.Substring(spot.Start, spot.Length).Trim());
            Assert.Equal(start + selection.Length - selection.TrimStart().Length, spot.Start);
        }
    }
}
