using Comments;
using JasperFx.Events.Projections;
using Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("comments", Outgoing.Translate, store =>
{
    store.Projections.Add(new CommentViewProjection(), ProjectionLifecycle.Inline);
    store.Projections.Snapshot<ArticleCopy>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<ModerationPolicy>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<Ban>(SnapshotLifecycle.Inline);
    DiscussionProjection.Configure(store);
    ThreadProjection.Configure(store);
    VisitorTokens.Configure(store);
    CommentContact.Configure(store);
    ProofOfWork.Configure(store);
});
builder.Services.AddValidation();
builder.AddVisitorLimits();
VisitorTokens.Add(builder.Services);
ProofOfWork.Add(builder.Services);
builder.Services.AddSingleton<Site>().AddSingleton(builder.Configuration.GetSection("Comments").Get<CommentSettings>() ?? new())
    .AddSingleton<WordList>().AddSingleton<Suspicion>().AddSingleton<Policies>().AddScoped<PostingComments>();

var app = builder.Build();
app.MapPlatform();
app.UseRateLimiter();
foreach (var map in new Action<IEndpointRouteBuilder>[]
{
    // readers write
    PostComment.Map, EditComment.Map, DeleteComment.Map, VoteComment.Map,
    // readers read
    CommentList.Map, ReadComment.Map, CommentFeed.Map, a => ProofOfWork.Map(a, "/api/comments/challenge"),
    // moderators
    ModerationQueue.Map, ModerateComment.Map, SetPolicy.Map, BanPerson.Map,
}) map(app);
app.Run();
