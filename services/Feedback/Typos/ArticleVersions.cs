using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Feedback;

/// <summary>What readers are served in one language. The body is HTML.</summary>
public sealed record Wording(string Title, string Lead, string BodyHtml);

/// <summary>
/// The articles service said so: readers are served these texts since this version of the article, or, where it was retracted, none.
/// </summary>
public sealed record ArticleVersionSeen(long ArticleVersion, string Section, IReadOnlyDictionary<string, Wording> Texts, bool Retracted)
{
    /// <summary>The report whose correction this version is.</summary>
    public Guid? Corrects { get; init; }

    /// <summary>The epoch of the articles service's store in which it said so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }
}

/// <summary>
/// The articles service has told all that it knows in this epoch: versions that it told of in earlier ones only never were.
/// </summary>
public sealed record ArticleVersionsLost(long Epoch);

/// <summary>
/// This service's copy of another's fact: every version of an article that readers were served. Kept as events and folded when needed, so
/// that a report of what somebody read an hour ago is placed in the text of an hour ago.
/// </summary>
public sealed record ArticleVersions : IState<ArticleVersions>
{
    public string Id { get; init; } = "";
    /// <summary>In the order of their versions, whatever the order in which they came.</summary>
    public IReadOnlyList<ArticleVersionSeen> Versions { get; init; } = [];
    /// <summary>The latest epoch of the articles service's store that was heard of.</summary>
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
    /// A version already seen changes nothing, unless it was stored before it was kept which report it corrects; one that comes late is put
    /// in its place. In a later epoch of the publisher's store the same version may be another text.
    /// </summary>
    public static IEnumerable<object> See(ArticleVersions? article, ArticleVersionSeen seen)
    {
        if (seen.Epoch < article?.Epoch) yield break;
        var known = article?.Find(seen.ArticleVersion);
        if (known is null || known.Epoch < seen.Epoch || (known.Epoch == seen.Epoch && known.Corrects is null && seen.Corrects is not null))
            yield return seen;
    }

    /// <summary>Forgets what no message of this epoch, or of a later one, has told.</summary>
    public static IEnumerable<object> Forget(ArticleVersions? article, long epoch)
    {
        if (article?.Versions.Any(v => v.Epoch < epoch) == true) yield return new ArticleVersionsLost(epoch);
    }

    public ArticleVersionSeen Newest => Versions[^1];

    /// <summary>The part a spot stands in, in one version; null where readers were not served it.</summary>
    private static Passage? Of(ArticleVersionSeen? version, Spot spot) =>
        version?.Texts.TryGetValue(spot.Lang, out var wording) == true
            ? Passage.Of(spot.Lang, wording).Single(p => p.Part == spot.Part)
            : null;

    private ArticleVersionSeen? Find(long version) => Versions.SingleOrDefault(v => v.ArticleVersion == version);

    public Passage At(long version, Spot spot) => Of(Versions.Single(v => v.ArticleVersion == version), spot)!;

    /// <summary>
    /// The first version that settles a report, and how; null while none does. Each version is compared with the reported one alone, and a
    /// version that comes late can only be an earlier one: so the outcome does not depend on the order in which versions come.
    /// </summary>
    public (long Version, TypoOutcome Outcome)? Settled(string report, long version, Spot spot)
    {
        var reported = Of(Find(version), spot);
        foreach (var later in Versions.Where(v => v.ArticleVersion > version))
        {
            if (later.Retracted) return (later.ArticleVersion, TypoOutcome.Retracted);
            var corrected = later.Corrects is { } corrects && Streams.Typo(corrects) == report;
            if (corrected || spot.To(reported, Of(later, spot)) is null)
                return (later.ArticleVersion, later.Corrects is null ? TypoOutcome.TextGone : TypoOutcome.Corrected);
        }
        return null;
    }

    /// <summary>Where the spot of a version stands in the newest one; null if the report of it is settled.</summary>
    public Spot? InNewest(string report, long version, Spot spot) =>
        Newest.Retracted || Settled(report, version, spot) is not null
            ? null
            : spot.To(Of(Find(version), spot), Of(Newest, spot));

    /// <summary>
    /// The first version that had this very spot: the same place has the same origin, whichever version it is reported in.
    /// </summary>
    public (long Version, Spot Spot) Origin(long version, Spot spot) =>
        Walk([.. Versions.Where(v => v.ArticleVersion <= version).Reverse()], spot)[^1];

    private static List<(long Version, Spot Spot)> Walk(ArticleVersionSeen[] versions, Spot spot)
    {
        var steps = new List<(long, Spot)> { (versions[0].ArticleVersion, spot) };
        foreach (var (from, to) in versions.Zip(versions.Skip(1)))
        {
            if (spot.To(Of(from, spot), Of(to, spot)) is not { } next) break;
            steps.Add((to.ArticleVersion, spot = next));
        }
        return steps;
    }
}
