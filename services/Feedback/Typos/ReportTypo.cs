using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>
/// A reader reports a typo. Reports of the same location share one stream; requests with the same <c>Idempotency-Key</c> count once.
/// </summary>
public sealed record ReportTypo(TypoReported Report)
{
    /// <summary>The maximum number of reports that are stored for one location. Further ones add no information.</summary>
    public const int MaxReports = 200;

    public IEnumerable<object> Decide(TypoReport? existing)
    {
        if (existing is not null && (existing.Reporters.Count >= MaxReports || existing.Reporters.Any(r => r.ReportId == Report.ReportId)))
            yield break;
        yield return Report;
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/typos", async (
            TypoRequest request,
            IdempotencyKey key,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            ArticleTracker articles,
            ProofOfWork work,
            CancellationToken ct) =>
            {
                var (now, lang) = (clock.Now(), TypoLimits.ResponseLanguage(http, request.Lang));
                var report = key.Value ?? Guid.CreateVersion7(now);
                if (Visitors.IsHoneypotFilled(request.Website)) return Results.Accepted(null, new TypoReceipt(report, TypoStatus.Open));
                if (TypoLimits.CheckLength(request.Selection, lang) is { } problem) return problem;
                var article = await articles.Load(request.ArticleId, ct);
                var version = FindVersion(article, request.ArticleVersion);
                var match = SelectionFinder.Find(
                    version.Texts.Where(t => request.Lang is null || request.Lang == t.Key).SelectMany(t => PartText.Of(t.Key, t.Value)),
                    request.Selection,
                    request.Before,
                    request.After);
                if (match.Spot is not { } spot)
                    return match.Candidates == 0 ? TypoLimits.NotFound(lang) : TypoLimits.NotUnique(lang, match.Candidates);
                var (originVersion, origin) = article.Origin(version.ArticleVersion, spot);
                var id = TypoReport.IdOf(request.ArticleId, originVersion, origin);
                // If a proof were valid for an Idempotency-Key alone, one proof could be used for any number of locations.
                await work.Check(request.Proof, ProofPurpose(report, id), now, ct);
                var context = Surroundings.Of(article.At(version.ArticleVersion, spot), spot, TypoLimits.Context);
                await decider.Decide<TypoReport>(
                    Streams.Typo(id),
                    new ReportTypo(
                        new TypoReported(
                            report,
                            request.ArticleId,
                            version.Section,
                            version.Texts[spot.Lang].Title,
                            version.ArticleVersion,
                            spot,
                            context.Before,
                            context.Selection,
                            context.After,
                            NullIfBlank(request.Comment),
                            NullIfBlank(request.Email),
                            now)).Decide,
                    ct);
                // A version that was published in the meantime may no longer contain the text; then the report is closed at once.
                var status = await articles.CloseIfSettled(id, now, ct);
                return Results.Accepted(null, new TypoReceipt(id, status));
            }).AllowAnonymous().Produces<TypoReceipt>(202).Produces(422).RateLimitedPerVisitor();

    /// <summary>
    /// The purpose that a proof of work is valid for: this report of this location. It is stored with spent proofs and is older than
    /// <see cref="DeterministicId"/>, so it keeps the plain bytes of the hash.
    /// </summary>
    private static Guid ProofPurpose(Guid report, Guid place) =>
        new(SHA256.HashData([.. report.ToByteArray(), .. place.ToByteArray()]).AsSpan(0, 16));

    private static ArticleVersionSeen FindVersion(ArticleVersions article, long? asked)
    {
        if (article.Newest.Retracted) throw new Rejected("The article was retracted, so typos in it cannot be reported.");
        if (asked is null) return article.Newest;
        return article.Versions.SingleOrDefault(v => v.ArticleVersion == asked && !v.Retracted)
            ?? throw new NotFound(
                $"This article has no published version {asked}. If the version is new, retry in a second; otherwise omit articleVersion.");
    }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>
/// A report of a typo. <c>selection</c>: the selected text; <c>before</c>, <c>after</c>: the text around it; <c>articleVersion</c>: the
/// <c>version</c> of the article that the reader saw (by default the newest); <c>lang</c>: the language that the reader saw; <c>proof</c>:
/// a solved challenge, if <c>/api/feedback/limits</c> requires one; <c>website</c> must be omitted.
/// </summary>
public sealed record TypoRequest(
    Guid ArticleId,
    [property: Required, StringLength(20_000)] string Selection,
    [property: StringLength(20_000)] string Before = "",
    [property: StringLength(20_000)] string After = "",
    long? ArticleVersion = null,
    [property: Language] string? Lang = null,
    [property: Visible, StringLength(TypoLimits.Comment)] string? Comment = null,
    [property: EmailAddress, StringLength(254)] string? Email = null,
    [property: StringLength(200)] string? Website = null,
    [property: StringLength(4000)] string? Proof = null);

/// <summary>The ticket of the report, which is the same for all reports of this location, and its status.</summary>
public sealed record TypoReceipt(Guid Ticket, TypoStatus Status);
