using System.Buffers.Text;
using System.Numerics;

namespace Platform.Contracts;

/// <summary>
/// Names a resource or a collection that a cached response was built from, or that a write changed. Services tag their responses with these
/// keys and the gateway invalidates by them, so both sides take the keys from here.
/// </summary>
/// <param name="Value">The text of the key in the header Surrogate-Key and in messages between gateways. It contains no space.</param>
public readonly record struct SurrogateKey(string Value)
{
    /// <summary>
    /// Stands for all keys: for a write that changes more than can be listed, such as an import, or more than fits in a header.
    /// </summary>
    public static SurrogateKey Everything { get; } = new("*");

    /// <summary>Which articles are published, and what lists show of them.</summary>
    public static SurrogateKey Articles { get; } = new("articles");
    /// <summary>The sections and their names.</summary>
    public static SurrogateKey Sections { get; } = new("sections");
    /// <summary>Which articles are featured.</summary>
    public static SurrogateKey Featured { get; } = new("featured");
    /// <summary>The links to other sites.</summary>
    public static SurrogateKey Links { get; } = new("links");
    /// <summary>What depends on the settings of the site alone.</summary>
    public static SurrogateKey Site { get; } = new("site");
    /// <summary>The exchange rates of all days.</summary>
    public static SurrogateKey Rates { get; } = new("rates");
    /// <summary>The currencies and their names.</summary>
    public static SurrogateKey Currencies { get; } = new("currencies");
    /// <summary>The states and their currencies.</summary>
    public static SurrogateKey States { get; } = new("states");

    /// <summary>The content of one article.</summary>
    public static SurrogateKey Article(Guid id) => new($"article-{id}");
    /// <summary>The number of comments on an article.</summary>
    public static SurrogateKey Discussion(Guid articleId) => new($"discussion-{articleId}");
    /// <summary>The comments on an article.</summary>
    public static SurrogateKey Comments(Guid articleId) => new($"comments-{articleId}");

    /// <summary>
    /// One picture of the media library, as articles show it. The key is short, because a list has one for each of its pictures.
    /// </summary>
    public static SurrogateKey Media(Guid id) => new($"media-{Base64Url.EncodeToString(id.ToByteArray(bigEndian: true))}");

    /// <summary>
    /// The ranking of articles by their number of comments, near this number (at least 1). All numbers from a power of two up to the next
    /// one share a key.
    /// </summary>
    public static SurrogateKey Ranking(int comments) => new($"ranking-{BitOperations.Log2((uint)comments)}");

    /// <summary>
    /// The parts of the ranking that may change when an article has this number of comments. An article enters a list only if it has at
    /// least as many comments as the last article of the list, so a list depends on the part of its last article.
    /// </summary>
    public static IEnumerable<SurrogateKey> RankingsUpTo(int comments)
    {
        for (var power = 1; power > 0 && power <= comments; power <<= 1) yield return Ranking(power);
    }

    /// <inheritdoc />
    public override string ToString() => Value;
}
