using Platform.EventSourcing;

namespace Articles;

/// <summary>One language's text. <paramref name="BodyHtml"/> is sanitised before it is stored.</summary>
public sealed record Text(string Title, string Lead, string Slug, string BodyHtml);

/// <summary>Everything an editor writes about an article; texts by language (en, ru, zh).</summary>
public sealed record Content(
    string Section, IReadOnlyList<string> Tags, DateOnly? OccurredOn, string? Author, string? Source, IReadOnlyDictionary<string, Text> Texts)
{
    /// <summary>Whether both say the same, list by list and text by text.</summary>
    public bool Says(Content? other) =>
        other is not null
        && (Section, OccurredOn, Author, Source) == (other.Section, other.OccurredOn, other.Author, other.Source)
        && Tags.SequenceEqual(other.Tags)
        && Texts.Count == other.Texts.Count
        && Texts.All(t => other.Texts.TryGetValue(t.Key, out var text) && text == t.Value);
}

/// <summary>A draft was begun.</summary>
public sealed record ArticleDrafted(Content Draft);
/// <summary>The draft was changed; what readers see stays as it is.</summary>
public sealed record DraftRevised(Content Draft);
/// <summary>Readers see it: for the first time, or again after a retraction.</summary>
public sealed record ArticlePublished(Content Content, DateTimeOffset PublishedAt);
/// <summary>Readers see the new version of what was published before.</summary>
public sealed record ArticleRevised(Content Content, DateTimeOffset PublishedAt, DateTimeOffset RevisedAt);
/// <summary>Readers see only the note.</summary>
public sealed record ArticleRetracted(string Note, DateTimeOffset RetractedAt);

/// <summary>An article: the draft beside what is published.</summary>
public sealed record Article : IState<Article>
{
    public string Id { get; init; } = "";
    public Content? Draft { get; init; }
    public Content? Published { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public bool Retracted { get; init; }

    public Article Evolve(object @event) => @event switch
    {
        ArticleDrafted e => this with { Draft = e.Draft },
        DraftRevised e => this with { Draft = e.Draft },
        ArticlePublished e => this with { Draft = e.Content, Published = e.Content, PublishedAt = e.PublishedAt, Retracted = false },
        ArticleRevised e => this with { Draft = e.Content, Published = e.Content },
        ArticleRetracted _ => this with { Retracted = true },
        _ => this,
    };
}
