namespace Portal.Reader;

/// <summary><c>/{lang}/favourites</c>: the articles that a reader has saved. The list exists only in the reader's browser.</summary>
public partial class FavouritesPage
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet($"/{ReaderSite.Lang}/favourites", async (string lang, HttpContext http, Backends backends, CancellationToken ct) =>
            http.Show<FavouritesPage>(await Frame.Load(http, lang, backends, ct)));
}
