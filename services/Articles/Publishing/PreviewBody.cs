using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// <c>POST /api/articles/preview</c>: Returns the HTML that readers would see for a body, sanitised in the same way as a stored one.
/// Nothing is stored.
/// </summary>
public static class PreviewBody
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/preview", (PreviewRequest request) =>
        {
            if (request.Body.Contains('\0')) throw new Malformed("body", "contains the character U+0000, which is not allowed; remove it");
            if (request.Format == BodyFormat.Html && Html.IsTooDeep(request.Body)) throw new Malformed("body", Html.DepthRule);
            return new PreviewView(Html.Of(request.Body, request.Format));
        }).Requires(Roles.Newsroom);
}

/// <summary><c>body</c> has at most 200,000 characters of HTML or Markdown, as in a draft.</summary>
public sealed record PreviewRequest([property: StringLength(200_000)] string Body, BodyFormat Format = BodyFormat.Html);

/// <summary>Sanitised HTML.</summary>
public sealed record PreviewView(string BodyHtml);
