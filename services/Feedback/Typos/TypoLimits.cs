using Platform.Hosting;

namespace Feedback;

/// <summary>
/// <c>GET /api/feedback/limits</c>: how long a selection may be, counted in code points after white space is normalised, and how much of
/// its surroundings is looked at. The widget asks for them, so that the two cannot disagree.
/// </summary>
public static class TypoLimits
{
    public const int Shortest = 2, Longest = 256, Context = 128, Comment = 500;

    private static readonly Dictionary<string, (string TooLong, string TooShort, string NotThere, string NotUnique)> Words = new()
    {
        ["en"] = ("The selected text is too long.", "The selected text is too short.",
            "The selected text is not in this version of the article. Reload the page and select the words again, within one paragraph.",
            "The selected text is there more than once. Send the words before and after it, or select more."),
        ["ru"] = ("Выделенный текст слишком длинный.", "Выделенный текст слишком короткий.",
            "Выделенного текста нет в этой версии статьи. Обновите страницу и выделите слова ещё раз, в пределах одного абзаца.",
            "Выделенный текст встречается несколько раз. Пришлите слова до и после него или выделите больше."),
        ["zh"] = ("所选文字过长。", "所选文字过短。", "此版本的文章中没有所选文字。请刷新页面，并在同一段落内重新选择。", "所选文字出现多次。请附上其前后的文字，或选择更多文字。"),
    };

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/feedback/limits", (ProofOfWork work) =>
            new FeedbackLimits(new(Shortest, Longest), Context, Comment, SubmitMessage.LongestText, work.Required)).AllowAnonymous();

    /// <summary>
    /// The language to answer in: the one of the report, else the first one of the request's Accept-Language that we speak.
    /// </summary>
    public static string Tongue(HttpContext http, string? lang) =>
        lang is not null && Languages.All.Contains(lang) ? lang
        : http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.ToString().Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(Languages.All.Contains)
            ?? Languages.All[0];

    /// <summary>Null where the selection has a length we take; else the 422.</summary>
    public static IResult? Refused(string selection, string tongue) => FlatText.CodePoints(FlatText.Of(selection)) switch
    {
        > Longest => Problem("selection-too-long", Words[tongue].TooLong, tongue, Longest),
        < Shortest => Problem("selection-too-short", Words[tongue].TooShort, tongue, Shortest),
        _ => null,
    };

    public static IResult NotThere(string tongue) => Problem("selection-not-there", Words[tongue].NotThere, tongue, null);

    public static IResult NotUnique(string tongue, int candidates) =>
        Problem("selection-not-unique", Words[tongue].NotUnique, tongue, candidates);

    private static IResult Problem(string type, string detail, string tongue, int? limit) => Results.Problem(
        statusCode: 422, type: $"urn:problem-type:{type}", title: "The selection cannot be taken", detail: detail,
        extensions: limit is null
            ? [new("lang", tongue)]
            : [new("lang", tongue), new(type == "selection-not-unique" ? "candidates" : "limit", limit)]);
}

/// <summary>
/// <c>selection</c>: fewest and most code points; <c>context</c>: code points looked at on each side; <c>proofOfWork</c>: whether a solved
/// challenge must come along.
/// </summary>
public sealed record FeedbackLimits(Bounds Selection, int Context, int Comment, int Message, bool ProofOfWork);

/// <summary>From the least to the most.</summary>
public sealed record Bounds(int Min, int Max);
