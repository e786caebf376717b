using Feedback.Messages;
using Platform.PublicInput;


namespace Feedback.Typos;

/// <summary>
/// <c>GET /api/feedback/limits</c>: the limits for reports and messages. The length of a selection is counted in code points after white
/// space is normalised. Forms read the limits from here, so that they cannot differ from those of the service.
/// </summary>
public static class TypoLimits
{
    public const int Shortest = 2, Longest = 256, Context = 128, Comment = 500;

    private static readonly Dictionary<string, (string TooLong, string TooShort, string NotFound, string NotUnique)> Texts = new()
    {
        ["en"] = (
            "The selected text is too long.",
            "The selected text is too short.",
            "The selected text is not in this version of the article. Reload the page and select the text again, within one paragraph.",
            "The selected text occurs more than once. Send the text before and after it, or select more."),
        ["ru"] = (
            "Выделенный текст слишком длинный.",
            "Выделенный текст слишком короткий.",
            "Выделенного текста нет в этой версии статьи. "
            + "Обновите страницу и выделите текст ещё раз, "
            + "в пределах одного абзаца.",
            "Выделенный текст встречается несколько раз. "
            + "Пришлите текст до и после него "
            + "или выделите больше."),
        ["zh"] = (
            "所选文字过长。",
            "所选文字过短。",
            "此版本的文章中没有所选文字。"
            + "请刷新页面，并在同一段落内重新选择。",
            "所选文字出现多次。"
            + "请附上其前后的文字，或选择更多文字。"),
    };

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/feedback/limits", (ProofOfWork work) =>
            new FeedbackLimits(new(Shortest, Longest), Context, Comment, SubmitMessage.LongestText, work.Required)).AllowAnonymous();

    /// <summary>
    /// The language of the response: the one of the request, or else the first supported one in Accept-Language.
    /// </summary>
    public static string ResponseLanguage(HttpContext http, string? lang) =>
        lang is not null && Languages.All.Contains(lang) ? lang
        : http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.ToString().Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(Languages.All.Contains)
            ?? Languages.Default;

    /// <summary>A 422 if the selection is too long or too short; otherwise null.</summary>
    public static IResult? CheckLength(string selection, string lang) => FlatText.CodePoints(FlatText.Of(selection)) switch
    {
        > Longest => Problem("selection-too-long", Texts[lang].TooLong, lang, Longest),
        < Shortest => Problem("selection-too-short", Texts[lang].TooShort, lang, Shortest),
        _ => null,
    };

    public static IResult NotFound(string lang) => Problem("selection-not-there", Texts[lang].NotFound, lang, null);

    public static IResult NotUnique(string lang, int candidates) =>
        Problem("selection-not-unique", Texts[lang].NotUnique, lang, candidates);

    private static IResult Problem(string type, string detail, string lang, int? limit) => Results.Problem(
        statusCode: 422,
        type: $"urn:problem-type:{type}",
        title: "The selection cannot be taken",
        detail: detail,
        extensions: limit is null
            ? [new("lang", lang)]
            : [new("lang", lang), new(type == "selection-not-unique" ? "candidates" : "limit", limit)]);
}

/// <summary>
/// <c>selection</c>: the minimum and maximum number of code points; <c>context</c>: the code points of context that are used on each side;
/// <c>comment</c>, <c>message</c>: the maximum length; <c>proofOfWork</c>: whether a solved challenge is required.
/// </summary>
public sealed record FeedbackLimits(
    Bounds Selection,
    int Context,
    int Comment,
    int Message,
    bool ProofOfWork);

/// <summary>The minimum and the maximum.</summary>
public sealed record Bounds(int Min, int Max);
