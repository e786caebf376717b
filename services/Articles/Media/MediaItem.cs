using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Articles.Media;

/// <summary>
/// The file that an editor uploaded: the SHA-256 of its bytes in hexadecimal, its media type, its size in bytes, and the width and height
/// of the picture as it is shown. Readers never get it, because its metadata may reveal where and by whom it was made.
/// </summary>
public sealed record Original(string Hash, string Type, long Bytes, int Width, int Height) : Stored
{
    /// <summary>The name under which the file is stored.</summary>
    [JsonIgnore]
    public string File => $"{Hash}.{PictureFormat.Extension(Type)}";
}

/// <summary>
/// A picture for readers that was made from an original, without any metadata. <paramref name="File"/> is derived from its content, so that
/// it never changes under this name.
/// </summary>
public sealed record Rendition(string File, string Type, int Width, int Height, long Bytes) : Stored;

/// <summary>
/// What editors wrote about a picture. Texts are keyed by language. The focal point is the part that stays visible if the picture is
/// cropped, from 0 (left, top) to 1 (right, bottom).
/// </summary>
public sealed record MediaDescription(
    IReadOnlyDictionary<string, string> Alt,
    IReadOnlyDictionary<string, string> Caption,
    string? Credit,
    string? Licence,
    double FocalX,
    double FocalY) : Stored
{
    public static readonly MediaDescription None =
        new(new Dictionary<string, string>(), new Dictionary<string, string>(), null, null, 0.5, 0.5);

    /// <summary>Compares dictionaries by their elements; the equality of the record would compare them by reference.</summary>
    public bool IsSameAs(MediaDescription other) =>
        (Credit, Licence, FocalX, FocalY) == (other.Credit, other.Licence, other.FocalX, other.FocalY)
        && SameTexts(Alt, other.Alt)
        && SameTexts(Caption, other.Caption);

    private static bool SameTexts(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(o => other.GetValueOrDefault(o.Key) == o.Value);
}

/// <summary>
/// A picture was added to the library, with the rendition that was made when it was checked. Its files were stored before this event.
/// </summary>
public sealed record MediaUploaded(string Name, Original Original, Rendition Preview, DateTimeOffset UploadedAt);
/// <summary>An item has another picture now. The files of the earlier one are kept, because their addresses may be in use.</summary>
public sealed record MediaReplaced(Original Original, Rendition Preview);
/// <summary>An editor renamed an item. No address contains its name.</summary>
public sealed record MediaRenamed(string Name);
/// <summary>An editor described an item.</summary>
public sealed record MediaDescribed(MediaDescription Description);
/// <summary>An editor deleted an item. Its files are removed later.</summary>
public sealed record MediaDeleted;

/// <summary>A picture of the media library. It is both the state for decisions and the read model.</summary>
public sealed record MediaItem : Stored, IState<MediaItem>
{
    public string Id { get; init; } = "";
    /// <summary>The version for If-Match, which is the number of events.</summary>
    public long Version { get; init; }
    public string Name { get; init; } = "";
    public DateTimeOffset? UploadedAt { get; init; }
    /// <summary>Null if the item was deleted.</summary>
    public Original? Original { get; init; }
    public Rendition? Preview { get; init; }
    public MediaDescription Description { get; init; } = MediaDescription.None;
    /// <summary>The files of pictures that were replaced.</summary>
    public IReadOnlyList<string> FormerFiles { get; init; } = [];

    public MediaItem Evolve(object @event) => @event switch
    {
        MediaUploaded e => With(e.Original, e.Preview) with { Name = e.Name, UploadedAt = e.UploadedAt },
        MediaReplaced e => With(e.Original, e.Preview) with { FormerFiles = [.. FormerFiles.Union([Original!.File, Preview!.File])] },
        MediaRenamed e => this with { Version = Version + 1, Name = e.Name },
        MediaDescribed e => this with { Version = Version + 1, Description = e.Description },
        MediaDeleted _ => this with { Version = Version + 1, Original = null, Preview = null, FormerFiles = [] },
        _ => this,
    };

    /// <summary>Whether the item was deleted. Its id cannot be used again.</summary>
    [JsonIgnore]
    public bool IsDeleted => UploadedAt is not null && Original is null;

    private MediaItem With(Original original, Rendition preview) =>
        this with { Version = Version + 1, Original = original, Preview = preview };
}
