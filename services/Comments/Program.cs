using Comments;
using Comments.Exchange;
using Comments.Moderation;
using Comments.People;
using Comments.Posting;
using Comments.Threads;
using JasperFx.Events.Projections;
using Platform.Hosting;
using Platform.Postgres;
using Platform.PublicInput;
using Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("comments", Outgoing.Translate, Outgoing.Retold, store =>
{
    store.Projections.Add(new CommentViewProjection(), ProjectionLifecycle.Inline);
    store.Projections.LiveStreamAggregation<Vote>();
    store.Projections.Snapshot<ArticleCopy>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<ModerationPolicy>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<Ban>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<Flag>(SnapshotLifecycle.Inline);
    Flag.Configure(store);
    DiscussionProjection.Configure(store);
    ThreadProjection.Configure(store);
    VisitorTokens.Configure(store);
    CommentContact.Configure(store);
    ReplyLetter.Configure(store);
    Erasure.Configure(store);
    ProofOfWork.Configure(store);
});
EmailHash.UseKey(builder.Configuration);
builder.Services.AddValidation();
foreach (var list in Copies.Lists) builder.Services.AddSingleton(list);
builder.AddVisitorLimits();
VisitorTokens.Add(builder.Services);
ProofOfWork.Add(builder.Services);
builder.Services.AddSingleton<ReadPool>();
builder.Services.AddSingleton<Site>().AddSingleton(builder.Configuration.GetSection("Comments").Get<CommentSettings>() ?? new())
    .AddSingleton<WordList>().AddSingleton<SpamCheck>().AddSingleton<ArticleCopies>().AddSingleton<Policies>().AddSingleton<Erasure>()
    .AddScoped<PostingComments>().AddSingleton<PersonNames>().AddHostedService(provider => provider.GetRequiredService<PersonNames>());
EmailSender.Add<ReplyEmails>(builder.Services);

var app = builder.Build();
app.MapPlatform();
app.UseRateLimiter();
foreach (var map in new Action<IEndpointRouteBuilder>[]
{
    // Requests of readers that change something
    PostComment.Map, EditComment.Map, DeleteComment.Map, VoteComment.Map, FlagComment.Map, ConfirmAddress.Map, UnsubscribeFromReplies.Map,
    // Requests of readers that only read
    CommentList.Map, ReadComment.Map, CommentFeed.Map, a => ProofOfWork.Map(a, "/api/comments/challenge"),
    // Requests of moderators
    ModerationQueue.Map, ApproveComment.Map, RestoreComment.Map, HideComment.Map, ModerateComments.Map, FlaggedComments.Map,
    KeepComment.Map, SetPolicy.Map, PolicyList.Map, BanPerson.Map, ReadmitPerson.Map, BanList.Map, PersonalRecords.Map, ErasePerson.Map,
    ExportComments.Map, ImportComments.Map,
}) map(app);
app.Run();
