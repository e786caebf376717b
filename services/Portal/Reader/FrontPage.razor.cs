namespace Portal.Reader;

/// <summary><c>/{lang}</c>: the front page.</summary>
public partial class FrontPage
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet($"/{ReaderSite.Lang}", async (string lang, HttpContext http, Backends backends, CancellationToken ct) =>
        http.Show<FrontPage>(await Frame.Load(http, lang, backends, ct)));
}
