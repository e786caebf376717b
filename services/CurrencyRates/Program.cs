using CurrencyRates;
using JasperFx.Events.Projections;
using Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("currency-rates", Outgoing.Translate, store =>
{
    store.Projections.Snapshot<RateSheet>(SnapshotLifecycle.Inline);
    RatesOfDay.Configure(store);
});
builder.Services.AddValidation();

var app = builder.Build();
app.MapPlatform();
RecordRates.Map(app);
RatesOfDay.Map(app);
app.Run();
