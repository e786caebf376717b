using Articles;
using JasperFx.Events.Projections;
using Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("articles", Outgoing.Translate, store =>
{
    store.Projections.Add(new ArticlePageProjection(), ProjectionLifecycle.Inline);
    store.Projections.Add(new ArticleListProjection(), ProjectionLifecycle.Inline);
    store.Projections.Snapshot<Section>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<ArticleDiscussion>(SnapshotLifecycle.Inline);
    ArticleList.Configure(store);
});
builder.Services.AddValidation();

var app = builder.Build();
app.MapPlatform();
DraftArticle.Map(app);
PublishArticle.Map(app);
RetractArticle.Map(app);
DefineSection.Map(app);
ArticleDraft.Map(app);
ArticlePage.Map(app);
ArticleList.Map(app);
app.Run();
