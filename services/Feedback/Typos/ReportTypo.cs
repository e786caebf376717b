using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Feedback;

/// <summary>A reader reports a mistake. Reports of one place meet in one stream; the same <c>Idempotency-Key</c> counts once.</summary>
public sealed record ReportTypo(TypoReported Report)
{
    /// <summary>More reports of one place tell nobody anything new and are not kept.</summary>
    public const int MostReports = 200;

    public IEnumerable<object> Decide(TypoReport? place)
    {
        if (place is not null && (place.Reporters.Count >= MostReports || place.Reporters.Any(r => r.ReportId == Report.ReportId)))
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
            Follower follower,
            ProofOfWork work,
            CancellationToken ct) =>
            {
                var (now, tongue) = (clock.Now(), TypoLimits.Tongue(http, request.Lang));
                var report = key.Value ?? Guid.CreateVersion7(now);
                if (Visitors.IsRobot(request.Website)) return Results.Accepted(null, new TypoReceipt(report, TypoStatus.Open));
                if (TypoLimits.Refused(request.Selection, tongue) is { } refused) return refused;
                var article = await follower.Article(request.ArticleId, ct);
                var version = Version(article, request.ArticleVersion);
                var placed = Placing.Find(
                    version.Texts.Where(t => request.Lang is null || request.Lang == t.Key).SelectMany(t => Passage.Of(t.Key, t.Value)),
                    request.Selection,
                    request.Before,
                    request.After);
                if (placed.Spot is not { } spot)
                    return placed.Candidates == 0 ? TypoLimits.NotThere(tongue) : TypoLimits.NotUnique(tongue, placed.Candidates);
                var (origin, place) = article.Origin(version.ArticleVersion, spot);
                var id = TypoReport.IdOf(request.ArticleId, origin, place);
                // The Idempotency-Key alone would let one proof through for any number of places.
                await work.Check(request.Proof, Purpose(report, id), now, ct);
                var around = Surroundings.Of(article.At(version.ArticleVersion, spot), spot, TypoLimits.Context);
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
                            around.Before,
                            around.Selection,
                            around.After,
                            Blank(request.Comment),
                            Blank(request.Email),
                            now)).Decide,
                    ct);
                // Whatever readers were served while this was being stored closes it, if its words are gone.
                var status = await follower.Check(id, now, ct);
                return Results.Accepted(null, new TypoReceipt(id, status));
            }).AllowAnonymous().Produces<TypoReceipt>(202).Produces(422).LimitedPerVisitor();

    /// <summary>What one proof of work is good for: this report of this place.</summary>
    private static Guid Purpose(Guid report, Guid place) =>
        new(SHA256.HashData([.. report.ToByteArray(), .. place.ToByteArray()]).AsSpan(0, 16));

    private static ArticleVersionSeen Version(ArticleVersions article, long? asked)
    {
        if (article.Newest.Retracted) throw new Rejected("The article was retracted; there is nothing to correct in it.");
        if (asked is null) return article.Newest;
        return article.Versions.SingleOrDefault(v => v.ArticleVersion == asked && !v.Retracted)
            ?? throw new NotFound(
                $"Readers were not served version {asked} of this article. If it is new, try again in a second; else leave "
                + "articleVersion out.");
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>
/// A mistake as a reader reports it. <c>selection</c>: the words, as the reader's program selected them; <c>before</c>, <c>after</c>: what
/// stands around them; <c>articleVersion</c>: the <c>version</c> of the article that was read (the newest where absent); <c>lang</c>: the
/// language that was read; <c>proof</c>: a solved challenge, where <c>/api/feedback/limits</c> asks for one; <c>website</c>: leave it out.
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

/// <summary>The ticket to name when asking, the same for everybody who reported this place; and how far it is.</summary>
public sealed record TypoReceipt(Guid Ticket, TypoStatus Status);
