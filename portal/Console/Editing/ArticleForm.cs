using System.Globalization;
using System.Text.Json;
using Platform.Web;

namespace Portal.Console.Editing;

/// <summary>The editor's form of an article: it is filled from the draft and creates the request. Empty languages are not sent.</summary>
public sealed class ArticleForm
{
    public string Section { get; set; } = "";
    public string Tags { get; set; } = "";
    public DateOnly? OccurredOn { get; set; }
    public string Author { get; set; } = "";
    public string Source { get; set; } = "";
    public string CoverUrl { get; set; } = "";
    public List<Guid> Related { get; } = [];
    public IReadOnlyDictionary<string, TextForm> Texts { get; } = Languages.All.ToDictionary(l => l, _ => new TextForm());

    private string? _stored;

    /// <summary>The serialised request, to be compared with the stored draft or with a rejected request.</summary>
    public string Serialized => JsonSerializer.Serialize(Request(), Json.Http);

    /// <summary>Whether the form differs from the stored draft.</summary>
    public bool IsChanged => _stored != Serialized;

    /// <summary>
    /// Whether the draft contains what was sent with this request. Slugs that were left empty are ignored, because the service generates
    /// them.
    /// </summary>
    public bool IsStored(string serialized, DraftContent draft)
    {
        var other = Of(draft);
        foreach (var (lang, text) in Texts)
        {
            if (string.IsNullOrWhiteSpace(text.Slug)) other.Texts[lang].Slug = text.Slug;
            other.Texts[lang].MadeFrom = text.MadeFrom;
        }
        return other.Serialized == serialized;
    }

    /// <summary>
    /// A field by the name that it has in the page (<c>tags</c>, <c>en.title</c>); null if the form has no such field.
    /// </summary>
    public string? this[string field]
    {
        get => field.Split('.') is [var lang, var part] ? Texts.GetValueOrDefault(lang)?[part] : field switch
        {
            "section" => Section,
            "tags" => Tags,
            "occurredOn" => OccurredOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
            "author" => Author,
            "source" => Source,
            "coverUrl" => CoverUrl,
            _ => null,
        };
        set
        {
            if (field.Split('.') is [var lang, var part])
            {
                if (Texts.GetValueOrDefault(lang) is { } text) text[part] = value;
                return;
            }
            switch (field)
            {
                case "section": Section = value ?? ""; break;
                case "tags": Tags = value ?? ""; break;
                case "occurredOn":
                    OccurredOn = DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                        ? day
                        : null;
                    break;
                case "author": Author = value ?? ""; break;
                case "source": Source = value ?? ""; break;
                case "coverUrl": CoverUrl = value ?? ""; break;
            }
        }
    }

    /// <summary>Marks the current content as stored.</summary>
    public ArticleForm MarkStored()
    {
        MarkStored(Serialized);
        return this;
    }

    /// <summary>Marks the content of a request as stored. The form may have changed since the request was sent.</summary>
    public void MarkStored(string serialized) => _stored = serialized;

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
        return form.MarkStored();
    }

    /// <summary>The request body for the articles service.</summary>
    public object Request() => new
    {
        section = Section,
        translations = Texts.Where(t => !t.Value.IsBlank).ToDictionary(t => t.Key, t => t.Value.Request()),
        tags = Tags.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries),
        occurredOn = OccurredOn,
        author = Given(Author),
        source = Given(Source),
        cover = Given(CoverUrl) is not { } url
            ? null
            : new { url, alt = Texts.Where(t => Given(t.Value.Alt) is not null).ToDictionary(t => t.Key, t => t.Value.Alt) },
        related = Related.Count == 0 ? null : Related,
    };

    internal static string? Given(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>The fields of one language.</summary>
public sealed class TextForm
{
    public const string Html = "html", Markdown = "markdown";

    public string Title { get; set; } = "";
    public string Lead { get; set; } = "";
    public string Slug { get; set; } = "";
    public string Body { get; set; } = "";
    public string Format { get; set; } = Html;
    /// <summary>The description of the cover image.</summary>
    public string Alt { get; set; } = "";
    /// <summary>The text that this one translates, to be recorded by the next save; null to leave that as it is.</summary>
    public TranslationSource? MadeFrom { get; set; }

    internal string? this[string part]
    {
        get => part switch
        {
            "title" => Title,
            "lead" => Lead,
            "slug" => Slug,
            "body" => Body,
            "format" => Format,
            "alt" => Alt,
            _ => null,
        };
        set
        {
            switch (part)
            {
                case "title": Title = value ?? ""; break;
                case "lead": Lead = value ?? ""; break;
                case "slug": Slug = value ?? ""; break;
                case "body": Body = value ?? ""; break;
                case "format": Format = value == Html ? Html : Markdown; break;
                case "alt": Alt = value ?? ""; break;
            }
        }
    }

    public bool IsBlank => string.IsNullOrWhiteSpace(Title + Lead + Slug + Body);

    internal void Fill(DraftText text) =>
        (Title, Lead, Slug, Body, Format) = (
            text.Title, text.Lead, text.Slug, text.Markdown ?? text.BodyHtml, text.Markdown is null ? Html : Markdown);

    internal object Request() => new
    {
        title = Title,
        body = Body,
        lead = Lead,
        slug = ArticleForm.Given(Slug),
        format = Format,
        madeFrom = MadeFrom is null ? null : new { lang = MadeFrom.Lang, version = MadeFrom.Version },
    };
}
