using Articles.Publishing;
using JasperFx.Events;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>The text from which a translation was made: its language, the version of the article, and the hash of the text.</summary>
public sealed record TranslationSource(string Lang, long Version, string Fingerprint) : Stored
{
    /// <summary>Whether the draft now has another text in the language of the source.</summary>
    public bool IsStale(Content draft) => draft.Texts.TryGetValue(Lang, out var now) && now.Fingerprint() != Fingerprint;

    internal static Dictionary<string, TranslationSource> Add(
        IReadOnlyDictionary<string, TranslationSource>? sources, TranslationMarked marked) =>
        new Dictionary<string, TranslationSource>(sources ?? new Dictionary<string, TranslationSource>())
        {
            [marked.Lang] = new(marked.From, marked.Version, marked.Fingerprint),
        };

    /// <summary>The sources that a request names for its texts, by the language of the translation.</summary>
    internal static async Task<IReadOnlyList<TranslationMarked>> Requested(
        IReadOnlyDictionary<string, TextRequest> texts, Guid article, IQuerySession session, CancellationToken ct)
    {
        var marks = new List<TranslationMarked>();
        foreach (var lang in Languages.All)
            if (texts.GetValueOrDefault(lang)?.MadeFrom is { } source) marks.Add(await Mark(lang, source, article, session, ct));
        return marks;
    }

    private static async Task<TranslationMarked> Mark(
        string lang, TranslationRequest source, Guid article, IQuerySession session, CancellationToken ct)
    {
        var field = $"translations.{lang}.madeFrom";
        if (source.Lang == lang || !Languages.All.Contains(source.Lang))
            throw new Malformed($"{field}.lang", $"must be another one of {string.Join(", ", Languages.All)}");
        try
        {
            var old = await ArticleHistory.At(session, article, source.Version, ct);
            return old.Draft!.Texts.TryGetValue(source.Lang, out var text)
                ? new(lang, source.Lang, source.Version, text.Fingerprint())
                : throw new Malformed($"{field}.lang", $"version {source.Version} of the article has no text in this language");
        }
        catch (NotFound e)
        {
            throw new Malformed($"{field}.version", e.Message);
        }
    }
}

/// <summary>
/// The text from which a translation was made: <c>lang</c>, and the <c>version</c> of the article (its ETag, without quotes) that contained
/// the text.
/// </summary>
public sealed record TranslationRequest(string Lang, long Version);

/// <summary>
/// The text from which a translation was made. If that text has changed since, <c>staleSince</c> is the time of the first change, and
/// <c>changedIn</c> its version.
/// </summary>
public sealed record TranslationView(string Lang, long Version, DateTimeOffset? StaleSince = null, long? ChangedIn = null)
{
    /// <summary>The sources of the translations that the draft contains, by language.</summary>
    internal static Dictionary<string, TranslationView> Of(Article article, IReadOnlyList<IEvent> events) =>
        (article.Translations ?? new Dictionary<string, TranslationSource>())
        .Where(t => article.Draft!.Texts.ContainsKey(t.Key))
        .OrderBy(t => Languages.Rank(t.Key))
        .ToDictionary(t => t.Key, t => Of(t.Value, article.Draft!, events));

    private static TranslationView Of(TranslationSource source, Content draft, IReadOnlyList<IEvent> events)
    {
        var changed = source.IsStale(draft)
            ? events.FirstOrDefault(e => e.Version > source.Version && Draft(e.Data) is { } content && source.IsStale(content))
            : null;
        return new(source.Lang, source.Version, changed?.Timestamp, changed?.Version);
    }

    private static Content? Draft(object @event) => @event switch
    {
        ArticleDrafted e => e.Draft,
        DraftRevised e => e.Draft,
        ArticlePublished e => e.Content,
        ArticleRevised e => e.Content,
        _ => null,
    };
}
