using Feedback;
using JasperFx.Events.Projections;
using Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("feedback", Outgoing.Translate, store =>
{
    store.Projections.Snapshot<ContactTicket>(SnapshotLifecycle.Inline);
    MessageInbox.Configure(store);
});
builder.Services.AddValidation();

var app = builder.Build();
app.MapPlatform();
SubmitMessage.Map(app);
CloseTicket.Map(app);
MessageInbox.Map(app);
app.Run();
