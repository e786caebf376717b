using Articles;
using Articles.Exchange;
using Articles.Featured;
using Articles.Feeds;
using Articles.Links;
using Articles.Media;
using Articles.Publishing;
using Articles.Reading;
using Articles.Search;
using Articles.Texts;
using Articles.Workflow;
using JasperFx.Events.Projections;
using Platform.Hosting;

if (args is [PictureProgram.Verb, ..])
{
    // The process for one picture: no host, no settings, no connections.
    Environment.ExitCode = PictureProgram.Run(args);
    return;
}

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("articles", Outgoing.Translate, Outgoing.Retold, store =>
{
    store.Projections.Add(new ArticlePageProjection(), ProjectionLifecycle.Inline);
    store.Projections.Add(new ArticleListProjection(), ProjectionLifecycle.Inline);
    store.Projections.Snapshot<Article>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<SlugOwner>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<Section>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<ArticleDiscussion>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<FeaturedArticles>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<TypoRefusals>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<Link>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<MediaItem>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<MediaRenditions>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<DraftNotes>(SnapshotLifecycle.Inline);
    ArticleIndexProjection.Configure(store);
    DictionaryProjection.Configure(store);
    ArticleList.Configure(store);
    EditorsList.Configure(store);
    ReadCounts.Configure(store);
    MediaReferencesProjection.Configure(store);
    MediaList.Configure(store);
    MediaRenditions.Configure(store);
    AnnouncePresence.Configure(store);
});
builder.Services.AddValidation();
foreach (var list in Copies.Lists) builder.Services.AddSingleton(list);
builder.Services.AddSingleton<Site>().AddSingleton<LastChange>();
builder.Services.AddSingleton<SearchDatabase>().AddSingleton<DocumentCache>().AddSingleton<ArticlePages>().AddSingleton<ListedArticles>()
    .AddSingleton<Corrections>();
builder.AddMedia();
builder.Services.AddHostedService<ScheduledPublisher>().AddHostedService<WordIndexes>();
builder.Services.AddSingleton<ReadCounts>().AddHostedService(services => services.GetRequiredService<ReadCounts>());

var app = builder.Build();
// Created now and not at the first request, because it records the start time of this process.
app.Services.GetRequiredService<LastChange>();
app.MapPlatform();
foreach (var map in new Action<IEndpointRouteBuilder>[]
{
    // Commands for editors.
    DraftArticle.Map, PublishArticle.Map, ScheduleArticle.Map, UnscheduleArticle.Map, RetractArticle.Map, CorrectArticle.Map,
    RestoreArticle.Map, SubmitDraft.Map, ApproveDraft.Map, ReturnDraft.Map, AssignArticle.Map, AddNote.Map, ResolveNote.Map,
    RequireFourEyes.Map, AnnouncePresence.Map,
    UploadMedia.Map, DescribeMedia.Map, RenameMedia.Map, DeleteMedia.Map,
    FeatureArticle.Map, UnfeatureArticle.Map, DefineSection.Map, DefineLink.Map, RemoveLink.Map,
    ImportArticles.Map, ImportWordPress.Map, ImportMedia.Map,
    // Queries for editors.
    ArticleDraft.Map, PreviewBody.Map, ArticleHistory.Map, ArticleDiff.Map, NoteList.Map, ExportArticles.Map,
    MediaList.Map, ReadMedia.Map, MediaUsage.Map, ExportMedia.Map,
    // Queries for readers.
    ArticleList.Map, ReadArticle.Map, Representation.Map, PrintArticle.Map, ArticleMetadata.Map, FeaturedList.Map, MostDiscussed.Map,
    MostRead.Map, CountRead.Map, Archive.Map, LinkList.Map, SectionList.Map, SearchFacets.Map, Suggestions.Map,
    XmlFeeds.Map, JsonFeed.Map, Sitemaps.Map, ServeMedia.Map,
}) map(app);
app.Run();
