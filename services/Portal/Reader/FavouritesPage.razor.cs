namespace Portal.Reader;

/// <summary><c>/{lang}/favourites</c>: articles a reader keeps in their own browser; nobody else knows of them.</summary>
public partial class FavouritesPage
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet($"/{ReaderSite.Lang}/favourites", async (string lang, HttpContext http, Backends backends, CancellationToken ct) =>
            http.Show<FavouritesPage>(await Frame.Load(http, lang, backends, ct)));
}
