using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Feedback.Typos;

/// <summary>The published text of an article in one language. The body is HTML.</summary>
public sealed record Wording(string Title, string Lead, string BodyHtml);

/// <summary>
/// A version of an article that the articles service published, with its texts. A retraction has no texts.
/// </summary>
public sealed record ArticleVersionSeen(long ArticleVersion, string Section, IReadOnlyDictionary<string, Wording> Texts, bool Retracted)
{
    /// <summary>The typo report that this version corrects, if any.</summary>
    public Guid? Corrects { get; init; }

    /// <summary>The epoch of the articles service's store that the version comes from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }
}

/// <summary>
/// The articles service has published all its events in this epoch. Versions that are known only from earlier epochs were lost.
/// </summary>
public sealed record ArticleVersionsLost(long Epoch);

/// <summary>
/// This service's copy of what the articles service publishes: all published versions of an article. All of them are kept as events, so
/// that a typo can be located in the version that its reporter was reading. They are folded when needed.
/// </summary>
public sealed record ArticleVersions : IState<ArticleVersions>
{
    public string Id { get; init; } = "";
    /// <summary>Sorted by version, regardless of the order in which they arrived.</summary>
    public IReadOnlyList<ArticleVersionSeen> Versions { get; init; } = [];
    /// <summary>The latest known epoch of the articles service's store.</summary>
    public long Epoch { get; init; }

    public ArticleVersions Evolve(object @event) => @event switch
    {
        ArticleVersionSeen e => this with
        {
            Versions = [.. Versions.Where(v => v.ArticleVersion != e.ArticleVersion).Append(e).OrderBy(v => v.ArticleVersion)],
            Epoch = Math.Max(Epoch, e.Epoch),
        },
        ArticleVersionsLost e => this with { Versions = [.. Versions.Where(v => v.Epoch >= e.Epoch)], Epoch = e.Epoch },
        _ => this,
    };

    /// <summary>
    /// Decides what a message about a version changes. A known version changes nothing, unless it was stored without the report that it
    /// corrects. A version that arrives late is inserted in order. In a later epoch of the publisher's store, a version can have another
    /// text.
    /// </summary>
    public static IEnumerable<object> ApplyVersion(ArticleVersions? article, ArticleVersionSeen seen)
    {
        if (seen.Epoch < article?.Epoch) yield break;
        var known = article?.Find(seen.ArticleVersion);
        if (known is null || known.Epoch < seen.Epoch || (known.Epoch == seen.Epoch && known.Corrects is null && seen.Corrects is not null))
            yield return seen;
    }

    /// <summary>Removes the versions that are known only from epochs before this one.</summary>
    public static IEnumerable<object> RemoveLostVersions(ArticleVersions? article, long epoch)
    {
        if (article?.Versions.Any(v => v.Epoch < epoch) == true) yield return new ArticleVersionsLost(epoch);
    }

    public ArticleVersionSeen Newest => Versions[^1];

    /// <summary>The part of a version that contains a spot; null if the version has no text in that language.</summary>
    private static PartText? PartOf(ArticleVersionSeen? version, Spot spot) =>
        version?.Texts.TryGetValue(spot.Lang, out var wording) == true
            ? PartText.Of(spot.Lang, wording).Single(p => p.Part == spot.Part)
            : null;

    private ArticleVersionSeen? Find(long version) => Versions.SingleOrDefault(v => v.ArticleVersion == version);

    public PartText At(long version, Spot spot) => PartOf(Versions.Single(v => v.ArticleVersion == version), spot)!;

    /// <summary>
    /// The first version that settles a report, and how; null if none does. Each later version is compared only with the reported one, so
    /// that the outcome does not depend on the order in which the versions arrive.
    /// </summary>
    public (long Version, TypoOutcome Outcome)? Settled(string report, long version, Spot spot)
    {
        var reported = PartOf(Find(version), spot);
        foreach (var later in Versions.Where(v => v.ArticleVersion > version))
        {
            if (later.Retracted) return (later.ArticleVersion, TypoOutcome.Retracted);
            var corrected = later.Corrects is { } corrects && Streams.Typo(corrects) == report;
            if (corrected || spot.Track(reported, PartOf(later, spot)) is null)
                return (later.ArticleVersion, later.Corrects is null ? TypoOutcome.TextGone : TypoOutcome.Corrected);
        }
        return null;
    }

    /// <summary>The location of a spot in the newest version; null if the report is settled.</summary>
    public Spot? InNewest(string report, long version, Spot spot) =>
        Newest.Retracted || Settled(report, version, spot) is not null
            ? null
            : spot.Track(PartOf(Find(version), spot), PartOf(Newest, spot));

    /// <summary>
    /// The first version in which a spot appeared, and its location there. It identifies the spot, in whichever version it is reported.
    /// </summary>
    public (long Version, Spot Spot) Origin(long version, Spot spot) =>
        TrackBack([.. Versions.Where(v => v.ArticleVersion <= version).Reverse()], spot)[^1];

    private static List<(long Version, Spot Spot)> TrackBack(ArticleVersionSeen[] versions, Spot spot)
    {
        var steps = new List<(long, Spot)> { (versions[0].ArticleVersion, spot) };
        foreach (var (from, to) in versions.Zip(versions.Skip(1)))
        {
            if (spot.Track(PartOf(from, spot), PartOf(to, spot)) is not { } next) break;
            steps.Add((to.ArticleVersion, spot = next));
        }
        return steps;
    }
}
