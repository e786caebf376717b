using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Web;

namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/articles/{slug}/comments/{comment}/confirm</c> and <c>/unsubscribe</c>: the pages that links in e-mails lead to. Opening
/// the page changes nothing, because mail scanners open links too; only the button does.
/// </summary>
public partial class EmailPage
{
    private const string Address =
        $"/{ReaderSite.Lang}/articles/{{slug}}/comments/{{comment:guid}}/{{change:regex(^(confirm|unsubscribe)$)}}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Address, async (
            string lang,
            string slug,
            Guid comment,
            string change,
            string? token,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            Show(http, await Frame.Load(http, lang, backends, ct), new { Slug = slug, Comment = comment, Change = change, Token = token }));

        app.MapPost(Address, async (
            string lang,
            string slug,
            Guid comment,
            string change,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
        {
            var token = (await http.Request.ReadFormAsync(ct))["token"].ToString();
            var address = Url.With($"/api/comments/{comment}/{change}", ("token", token));
            var sent = await backends.Send<JsonElement?>(HttpMethod.Post, address, null, Visitors.Address(http), null, ct);
            var status = sent.Refused is null ? 200 : sent.IsUnavailable ? 503 : 404;
            var shown = new { Slug = slug, Comment = comment, Change = change, Token = token, Status = (int?)status };
            return Show(http, await Frame.Load(http, lang, backends, ct), shown, status);
        }).FromThisSite();
    }

    /// <summary>
    /// The page contains a reader's secret token, so the gateway must not cache it, and the token must not be sent to other sites as a
    /// referrer.
    /// </summary>
    private static RazorComponentResult Show(HttpContext http, Frame frame, object parameters, int status = 200)
    {
        var page = http.Show<EmailPage>(frame with { Dependencies = new() }, parameters, status);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "same-origin";
        return page;
    }
}
