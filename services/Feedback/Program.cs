using Feedback;
using Feedback.Messages;
using Feedback.Typos;
using JasperFx.Events.Projections;
using Platform.Hosting;
using Platform.PublicInput;
using Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("feedback", Outgoing.Translate, Outgoing.Retold, store =>
{
    store.Projections.Snapshot<ContactTicket>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<TypoReport>(SnapshotLifecycle.Inline);
    store.Projections.LiveStreamAggregation<ArticleVersions>();
    MessageInbox.Configure(store);
    TypoQueue.Configure(store);
    Erasure.Configure(store);
    ProofOfWork.Configure(store);
});
builder.Services.AddValidation();
foreach (var list in Copies.Lists) builder.Services.AddSingleton(list);
builder.AddVisitorLimits();
ProofOfWork.Add(builder.Services);
builder.Services.AddScoped<ArticleTracker>().AddScoped<TypoQueue>().AddSingleton<Erasure>().AddHostedService<Retention>();
EmailSender.Add<AnswerEmails>(builder.Services);

var app = builder.Build();
app.MapPlatform();
app.UseRateLimiter();
foreach (var map in new Action<IEndpointRouteBuilder>[]
{
    // Requests of readers that change something
    ReportTypo.Map, SubmitMessage.Map,
    // Requests of readers that only read
    TypoLimits.Map, a => ProofOfWork.Map(a, "/api/feedback/challenge"),
    // Requests of editors
    TypoQueue.Map, AcceptTypo.Map, RejectTypo.Map, ReopenTypo.Map, MessageInbox.Map, AnswerTicket.Map, CloseTicket.Map, Statistics.Map,
    // Requests of moderators
    ErasePerson.Map,
}) map(app);
app.Run();
