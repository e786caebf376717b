using System.Text.Json;
using System.Text.Json.Nodes;
using Articles.Texts;
using Kit;
using Xunit;

namespace Integration.Articles;

/// <summary>
/// The rich editor of the console (portal/Editor) and the sanitiser: the editor opens texts without losing anything, and the sanitiser
/// changes nothing that the editor produces.
/// </summary>
public class EditorTests
{
    private static readonly string Folder = Repository.Path("portal", "Editor");

    private static readonly string[] Bodies =
    [
        "<p>A <strong>bold</strong> <a href=\"https://example.org/?a=1&amp;b=2\" title=\"t\">link</a>, <em>and <s>more</s></em>.</p>",
        "<p><a href=\"/en/articles/x\">here</a>, <a href=\"mailto:ann@example.org\">Ann</a>, H<sub>2</sub>O, m<sup>2</sup></p>",
        "<h2 id=\"text-method\">Method</h2><h3>More</h3><h4>Still more</h4>"
            + "<p>See <a href=\"#text-method\">above</a>.<a id=\"text-a\"></a></p>",
        "<ul><li>One<ul><li>Two</li></ul></li><li>Three</li></ul><ol><li><p>A</p><p>B</p></li><li>C</li></ol>",
        "<blockquote><p>Said</p><p><cite>she</cite></p></blockquote><hr><pre><code>if (a &lt; b)\n  return;</code></pre>",
        "<table><thead><tr><th>Year</th><th>Trade</th></tr></thead><tbody><tr><td>2016</td><td><p>1</p><p>2</p></td></tr>"
            + "<tr><td colspan=\"2\">a &lt; b &amp; c</td></tr></tbody></table>",
        "<figure><img src=\"/media/items/0196a000-0000-7000-8000-000000000101\" alt=\"A &quot;large&quot; hall\" width=\"10\">"
            + "<figcaption>Before the <em>session</em></figcaption></figure><p>A <img src=\"https://example.org/a.png\" alt=\"\"> icon</p>",
        "<dl><dt>Term</dt><dd>What it <dfn>means</dfn></dd></dl><address>1 Loop<br>Cupertino</address>",
        "<p><q>Said</q> <cite>she</cite>, <abbr title=\"Shanghai Cooperation Organisation\">SCO</abbr>, <kbd>a</kbd>, <ins>b</ins></p>",
        "<p lang=\"zh\">上海合作组织&nbsp;😀</p>",
        "<p>Trade grew.<sup><a href=\"#note-1\">1</a></sup></p><ol><li id=\"note-1\">Customs.</li></ol>",
        "Text without an element",
        "<div class=\"x\"><p style=\"color: red\" onclick=\"x()\">Not sanitised</p><script>x()</script></div>",
        "",
    ];

    [Fact]
    public async Task The_bundle_is_the_result_of_its_sources()
    {
        var target = Directory.CreateTempSubdirectory();
        try
        {
            await ForeignProcess.RunIn(Folder, "node", "build.js", target.FullName);
            foreach (var name in new[] { "editor.js", "editor.LICENSE.txt" })
            {
                var built = await File.ReadAllBytesAsync(Path.Combine(target.FullName, name), TestContext.Current.CancellationToken);
                var isSame = built.SequenceEqual(File.ReadAllBytes(Repository.Path("portal", "wwwroot", "site", name)));
                Assert.True(isSame, $"{name} differs. Run `npm ci && npm run build` in portal/Editor.");
            }
        }
        finally
        {
            target.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Texts_are_opened_without_loss_and_stored_as_the_editor_wrote_them()
    {
        string[] bodies = [.. Bodies.Concat(Bodies.Select(Html.Sanitise)).Concat(SeededBodies()).Append(Html.OfMarkdown(Markdown))];
        var opened = await Open(bodies);

        Assert.InRange(bodies.Length, 50, 1000);
        Assert.Empty(bodies.Zip(opened).Where(b => !b.Second.Fits).Select(b => b.First));
        Assert.All(opened, o => Assert.Equal(o.Html, Html.Sanitise(o.Html)));
        Assert.Equal(bodies.Select(b => Shown(Html.Sanitise(b))), opened.Select(o => Shown(o.Html)));
        Assert.Equal(opened, await Open([.. opened.Select(o => o.Html)]));
    }

    [Fact]
    public async Task What_the_editor_makes_of_any_allowed_elements_is_stored_as_it_is()
    {
        var random = new Random(20170613);
        string[] bodies = [.. Enumerable.Range(0, 400).Select(_ => Html.Sanitise(Blocks(random, 2)))];
        var opened = await Open(bodies);

        Assert.InRange(opened.Count(o => o.Fits), 200, 400);
        Assert.All(opened, o => Assert.Equal(o.Html, Html.Sanitise(o.Html)));
        foreach (var (body, written) in bodies.Zip(opened).Where(b => b.Second.Fits)) Assert.Equal(Shown(body), Shown(written.Html));
    }

    [Theory]
    [InlineData("<table><caption>Trade</caption><tbody><tr><td>1</td></tr></tbody></table>")]
    [InlineData("<figure><table><tbody><tr><td>1</td></tr></tbody></table><figcaption>Trade</figcaption></figure>")]
    [InlineData("<ul><li><h2>Heading</h2></li></ul>")]
    [InlineData("<p><a id=\"text-a\" href=\"#text-b\"></a>Text</p>")]
    public async Task A_text_with_elements_that_would_be_lost_is_recognised(string body)
    {
        Assert.Equal(body, Html.Sanitise(body));
        Assert.False((await Open([body])).Single().Fits);
    }

    [Fact]
    public async Task Footnotes_are_linked_in_both_directions_on_pages_and_in_feeds()
    {
        var page = new Uri("https://news.example.org/en/articles/trade");
        const string Body = "<p>Up<sup><a href=\"#b\">2</a></sup> and down<sup><a href=\"#a\">1</a></sup>.</p>"
            + "<ol><li id=\"a\">First</li><li id=\"b\">Second</li></ol>";
        var html = Html.Sanitise((await Open([Body])).Single().Html);

        Assert.Equal(
            "<p>Up<a id=\"text-fnref:1\" href=\"#text-fn:1\"><sup>1</sup></a> and down"
            + "<a id=\"text-fnref:2\" href=\"#text-fn:2\"><sup>2</sup></a>.</p>\n<hr>\n"
            + "<ol><li id=\"text-fn:1\"><p>Second<a href=\"#text-fnref:1\">↩</a></p></li>"
            + "<li id=\"text-fn:2\"><p>First<a href=\"#text-fnref:2\">↩</a></p></li></ol>",
            html);
        var inFeed = Html.Absolute(html, page);
        Assert.Contains($"id=\"text-fnref:2\" href=\"{page}#text-fn:2\"", inFeed, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{page}#text-fnref:2\">", inFeed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_from_Word_is_pasted_as_headings_lists_tables_and_footnotes()
    {
        const string Word =
            "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style>p { margin: 0 }</style></head><body lang=EN-US>"
            + "<h1>Trade<o:p></o:p></h1><p class=MsoNormal style='margin:0'><b>Up</b> by <span style='font-style:italic'>half</span>"
            + "<a style='mso-footnote-id:ftn1' href=\"#_ftn1\" name=\"_ftnref1\" title=\"\"><span>[1]</span></a></p>"
            + "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"
            + "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>One</p>"
            + "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1)</span>Nested</p>"
            + "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Two</p>"
            + "<table class=MsoTableGrid><tr><td width=100><p class=MsoNormal>Cell</p></td></tr></table><h2>More</h2>"
            + "<p class=MsoNormal><img src=\"file:///c:/picture.png\"></p>"
            + "<div style='mso-element:footnote-list'><hr><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText>"
            + "<a href=\"#_ftnref1\" name=\"_ftn1\">[1]</a> The <i>note</i>.</p></div></div></body></html>";
        var pasted = (await Run(new { pasted = new[] { Word } }))["pasted"]![0]!;
        var html = (string)pasted["html"]!;

        Assert.Equal(
            "<h2>Trade</h2>\n<p><strong>Up</strong> by <em>half</em><a id=\"text-fnref:1\" href=\"#text-fn:1\"><sup>1</sup></a></p>\n"
            + "<ul><li>One<ol><li>Nested</li></ol></li><li>Two</li></ul>\n"
            + "<table><tbody><tr><td>Cell</td></tr></tbody></table>\n<h3>More</h3>",
            html);
        Assert.Equal(html, Html.Sanitise(html));
        Assert.Contains("The <i>note</i>.", (string)pasted["notes"]![0]!, StringComparison.Ordinal);
    }

    private const string Markdown =
        """
        ## Trade

        It *grew* by **half**.[^1] See [the bank](https://example.org/).

        - one
          1. two
        - three

        | Year | Trade |
        |------|-------|
        | 2016 | 1     |

        > Said

        ```
        code
        ```

        [^1]: Customs statistics.
        """;

    private static IEnumerable<string> SeededBodies() =>
        JsonNode.Parse(Repository.Read("seeds", "articles.json"))!.AsArray()
            .SelectMany(request => request!["body"]?["translations"]?.AsObject().Select(t => (string?)t.Value!["body"]) ?? [])
            .OfType<string>()
            .Select(Html.Sanitise);

    // All words, without the numbers and the arrows of footnotes, which the editor writes itself.
    private static string Shown(string html) =>
        string.Concat(PlainText.OfHtml(html).Where(c => !char.IsWhiteSpace(c) && !char.IsDigit(c) && c != '↩'));

    private static async Task<Opened[]> Open(string[] bodies) =>
        (await Run(new { bodies }))["bodies"].Deserialize<Opened[]>(JsonSerializerOptions.Web)!;

    private static async Task<JsonNode> Run(object input)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(input), TestContext.Current.CancellationToken);
            return JsonNode.Parse(await ForeignProcess.RunIn(Folder, "node", "roundtrip.js", file))!;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Blocks(Random random, int depth) => Several(random, 3, () => Block(random, depth));

    private static string Block(Random random, int depth) => (depth == 0 ? 0 : random.Next(12)) switch
    {
        0 or 1 or 2 => $"<p{Attribute(random)}>{Words(random, 2)}</p>",
        3 => $"<h3{Attribute(random)}>{Words(random, 1)}</h3>",
        4 => $"<ul>{Several(random, 3, () => $"<li>{Words(random, 1)}{Blocks(random, depth - 1)}</li>")}</ul>",
        5 => $"<ol>{Several(random, 3, () => $"<li>{Words(random, 2)}</li>")}</ol>",
        6 => $"<blockquote>{Blocks(random, depth - 1)}</blockquote>",
        7 => $"<pre><code>{Word(random)}\n  {Word(random)}</code></pre>",
        8 => $"<figure><img src=\"/a.png\" alt=\"a\"><figcaption>{Words(random, 1)}</figcaption></figure>",
        9 => $"<dl><dt>{Words(random, 1)}</dt><dd>{Blocks(random, depth - 1)}</dd></dl>",
        10 => $"<table><tr>{Several(random, 3, () => $"<td>{Blocks(random, depth - 1)}</td>")}</tr></table>",
        _ => Word(random),
    };

    private static string Words(Random random, int depth) => Several(random, 3, () => Inline(random, depth));

    private static string Inline(Random random, int depth)
    {
        string[] elements = ["strong", "em", "b", "i", "u", "s", "del", "sub", "sup", "code", "q", "cite", "dfn", "kbd", "ins", "mark"];
        var name = elements[random.Next(elements.Length)];
        return (depth == 0 ? 0 : random.Next(6)) switch
        {
            0 or 1 => Word(random),
            2 => $"<a href=\"https://example.org/\"{Attribute(random)}>{Word(random)}</a>",
            3 => "<br>",
            4 => "<img src=\"/b.png\" alt=\"b\">",
            _ => $"<{name}{Attribute(random)}>{Words(random, depth - 1)}</{name}>",
        };
    }

    private static string Attribute(Random random) => random.Next(12) switch
    {
        0 => " lang=\"fr\"",
        1 => " title=\"a &lt; b &amp; c\"",
        2 => $" id=\"place-{random.Next(1000)}\"",
        _ => "",
    };

    private static string Word(Random random)
    {
        string[] words = ["one ", "two &amp; three", " \n spaced  out ", "上海", "нет", "a &lt; b", "x&nbsp;y", "😀"];
        return words[random.Next(words.Length)];
    }

    private static string Several(Random random, int most, Func<string> one) =>
        string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => one()));

    private sealed record Opened(string Html, bool Fits);
}
