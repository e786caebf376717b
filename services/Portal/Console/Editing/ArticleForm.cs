using System.Text.Json;
using Platform.Hosting;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>An article as an editor has it before them: filled from its draft, and what is sent of it. A language without a word is not sent.</summary>
public sealed class ArticleForm
{
    public string Section { get; set; } = "";
    public string Tags { get; set; } = "";
    public DateOnly? OccurredOn { get; set; }
    public string Author { get; set; } = "";
    public string Source { get; set; } = "";
    public string CoverUrl { get; set; } = "";
    public List<Guid> Related { get; } = [];
    public IReadOnlyDictionary<string, TextForm> Texts { get; } = ReaderSite.Languages.ToDictionary(l => l, _ => new TextForm());

    private string? _stored;

    private string Words => JsonSerializer.Serialize(Request(), Json.Http);

    /// <summary>Whether it says something else than what is stored.</summary>
    public bool IsChanged => _stored != Words;

    /// <summary>What it says now is what is stored.</summary>
    public ArticleForm Stored()
    {
        _stored = Words;
        return this;
    }

    public static ArticleForm Of(DraftContent draft)
    {
        var form = new ArticleForm
        {
            Section = draft.Section,
            Tags = string.Join(' ', draft.Tags),
            OccurredOn = draft.OccurredOn,
            Author = draft.Author ?? "",
            Source = draft.Source ?? "",
            CoverUrl = draft.Cover?.Url ?? "",
        };
        form.Related.AddRange(draft.Related ?? []);
        foreach (var (lang, text) in draft.Texts) form.Texts[lang].Fill(text);
        foreach (var (lang, alt) in draft.Cover?.Alt ?? new Dictionary<string, string>()) form.Texts[lang].Alt = alt;
        return form.Stored();
    }

    /// <summary>What the articles service takes.</summary>
    public object Request() => new
    {
        section = Section,
        translations = Texts.Where(t => !t.Value.IsBlank).ToDictionary(t => t.Key, t => t.Value.Request()),
        tags = Tags.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries),
        occurredOn = OccurredOn,
        author = Given(Author),
        source = Given(Source),
        cover = Given(CoverUrl) is not { } url ? null : new { url, alt = Texts.Where(t => Given(t.Value.Alt) is not null).ToDictionary(t => t.Key, t => t.Value.Alt) },
        related = Related.Count == 0 ? null : Related,
    };

    internal static string? Given(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>One language's text as an editor has it before them.</summary>
public sealed class TextForm
{
    public const string Html = "html", Markdown = "markdown";

    public string Title { get; set; } = "";
    public string Lead { get; set; } = "";
    public string Slug { get; set; } = "";
    public string Body { get; set; } = "";
    public string Format { get; set; } = Markdown;
    /// <summary>What the cover shows.</summary>
    public string Alt { get; set; } = "";

    public bool IsBlank => string.IsNullOrWhiteSpace(Title + Lead + Slug + Body);

    internal void Fill(DraftText text) =>
        (Title, Lead, Slug, Body, Format) = (text.Title, text.Lead, text.Slug, text.Markdown ?? text.BodyHtml, text.Markdown is null ? Html : Markdown);

    internal object Request() => new { title = Title, body = Body, lead = Lead, slug = ArticleForm.Given(Slug), format = Format };
}
