using Platform.Web;
using Portal;
using Portal.Console;
using Portal.Reader;

var builder = WebApplication.CreateBuilder(args);
// ./platform runs the build output, not a published one, so the static files are served from the source folder.
builder.WebHost.UseStaticWebAssets();
builder.AddEdge("portal");
builder.AddBackends();
builder.AddReader();
builder.AddConsole();

var app = builder.Build();
app.UseContentSecurity();
app.MapEdge();
app.UseFonts();
app.UseReader();
app.UseConsole();
app.UseAntiforgery();
app.MapStaticAssets().AllowAnonymous();
// All reader pages are public.
var reader = app.MapGroup("").AllowAnonymous();
foreach (var map in new Action<IEndpointRouteBuilder>[]
{
    StartPage.Map, FrontPage.Map, ListPage.Map, ArticlePage.Map, CommentPage.Map, PrintPage.Map, SearchPage.Map, ArchivePage.Map,
    RatesPage.Map, StatesPage.Map, EmailPage.Map, ContactPage.Map, FeedsPage.Map, FavouritesPage.Map, ErrorPages.Map,
}) map(reader);
app.Run();
