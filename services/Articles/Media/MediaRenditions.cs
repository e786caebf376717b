using Marten;
using Platform.EventSourcing;

namespace Articles.Media;

/// <summary>The renditions of an original are to be made.</summary>
public sealed record RenditionsRequested(Original Original);
/// <summary>One rendition of the original with this hash was made. Its file was stored before this event.</summary>
public sealed record RenditionMade(string Original, Rendition Rendition);
/// <summary>All renditions of the original with this hash exist.</summary>
public sealed record RenditionsCompleted(string Original);
/// <summary>An attempt to make the renditions of the original with this hash failed.</summary>
public sealed record RenditionsFailed(string Original, string Reason);
/// <summary>The item was deleted, so its renditions are no longer needed.</summary>
public sealed record RenditionsDiscarded;

/// <summary>
/// The renditions of an item, and how far the background work has come. They have a stream of their own, so that this work never changes
/// the version of the item that an editor is describing.
/// </summary>
public sealed record MediaRenditions : Stored, IState<MediaRenditions>
{
    /// <summary>After this number of attempts the renditions are not tried again; readers get the preview.</summary>
    public const int MaxAttempts = 3;

    public string Id { get; init; } = "";
    public Original? Original { get; init; }
    public IReadOnlyList<Rendition> Made { get; init; } = [];
    public bool Completed { get; init; }
    public int Failures { get; init; }
    public string? Reason { get; init; }
    /// <summary>The renditions of pictures that were replaced.</summary>
    public IReadOnlyList<string> FormerFiles { get; init; } = [];

    /// <summary>none, pending, ready or failed.</summary>
    public string State => Original is null ? "none" : Completed ? "ready" : Failures >= MaxAttempts ? "failed" : "pending";

    /// <summary>The renditions that are still to be made.</summary>
    public IReadOnlyList<PlannedRendition> Missing() => Original is null
        ? []
        : [.. PlannedRendition.Of(Original.Width).Where(p => !Made.Any(m => m.Width == p.Width && m.Type == p.Type))];

    public MediaRenditions Evolve(object @event) => @event switch
    {
        RenditionsRequested e => this with
        {
            Original = e.Original,
            Made = [],
            Completed = false,
            Failures = 0,
            Reason = null,
            FormerFiles = [.. FormerFiles.Union(Made.Select(m => m.File))],
        },
        RenditionMade e => this with { Made = [.. Made, e.Rendition] },
        RenditionsCompleted _ => this with { Completed = true, Reason = null },
        RenditionsFailed e => this with { Failures = Failures + 1, Reason = e.Reason },
        RenditionsDiscarded _ => this with { Original = null, Made = [], FormerFiles = [], Completed = false },
        _ => this,
    };

    public static void Configure(StoreOptions store) =>
        store.Schema.For<MediaRenditions>().Duplicate(r => r.State, notNull: true).Index(r => new { r.State, r.Id });

    /// <summary>Requests renditions of an original, unless they were requested already.</summary>
    public static IEnumerable<object> Request(MediaRenditions? renditions, Original original)
    {
        if (renditions?.Original?.Hash != original.Hash) yield return new RenditionsRequested(original);
    }

    /// <summary>Records a rendition, and completes the work with the last one. A rendition of a replaced picture is ignored.</summary>
    public static IEnumerable<object> Record(MediaRenditions? renditions, string original, Rendition rendition)
    {
        if (renditions?.Original?.Hash != original) yield break;
        var isNew = renditions.Missing().Any(m => m.Width == rendition.Width && m.Type == rendition.Type);
        if (isNew) yield return new RenditionMade(original, rendition);
        var missing = renditions.Missing().Count - (isNew ? 1 : 0);
        if (missing == 0 && !renditions.Completed) yield return new RenditionsCompleted(original);
    }

    /// <summary>Records that an attempt failed.</summary>
    public static IEnumerable<object> Fail(MediaRenditions? renditions, string original, string reason)
    {
        if (renditions?.Original?.Hash == original && renditions.State == "pending") yield return new RenditionsFailed(original, reason);
    }

    /// <summary>Discards the renditions of a deleted item.</summary>
    public static IEnumerable<object> Discard(MediaRenditions? renditions)
    {
        if (renditions?.Original is not null) yield return new RenditionsDiscarded();
    }
}

/// <summary>A rendition that is to be made.</summary>
public sealed record PlannedRendition(int Width, string Type)
{
    /// <summary>The largest width of a rendition.</summary>
    public const int MaxWidth = 1920;

    private static readonly int[] Widths = [320, 480, 640, 960, 1280, MaxWidth];
    private static readonly string[] Types = [PictureFormat.WebP, PictureFormat.Avif];

    /// <summary>
    /// The renditions of an original of this width: every usual width that is smaller, and the width of the original itself if it is at
    /// most the largest one, because no picture is enlarged.
    /// </summary>
    public static IReadOnlyList<PlannedRendition> Of(int width)
    {
        int[] widths = [.. Widths.Where(w => w < width), .. width <= MaxWidth ? [width] : Array.Empty<int>()];
        return [.. from w in widths from type in Types select new PlannedRendition(w, type)];
    }
}
