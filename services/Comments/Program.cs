using Comments;
using JasperFx.Events.Projections;
using Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("comments", Outgoing.Translate, store =>
{
    store.Projections.Add(new CommentViewProjection(), ProjectionLifecycle.Inline);
    store.Projections.Snapshot<ArticleCopy>(SnapshotLifecycle.Inline);
    DiscussionProjection.Configure(store);
});
builder.Services.AddValidation();

var app = builder.Build();
app.MapPlatform();
PostComment.Map(app);
CommentList.Map(app);
ApproveComment.Map(app);
HideComment.Map(app);
ModerationQueue.Map(app);
app.Run();
