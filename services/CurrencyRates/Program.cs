using CurrencyRates;
using CurrencyRates.Bank;
using CurrencyRates.Foreign;
using CurrencyRates.Sheets;
using CurrencyRates.States;
using JasperFx.Events.Projections;
using Platform.Hosting;
using Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("currency-rates", Outgoing.Translate, Outgoing.Retold, store =>
{
    store.Projections.Snapshot<RateSheet>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<Currency>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<State>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<Backfill>(SnapshotLifecycle.Inline);
    store.RegisterDocumentType<BankStatus>();
    RateSheet.Configure(store);
});
builder.Services.AddValidation();
BankOfRussia.Configure(builder.Services, builder.Configuration.GetSection("Bank"));
builder.Services.AddHostedService<Poll>().AddHealthChecks().AddCheck<BankHealth>("bank", tags: [Health.InformationTag]);

var app = builder.Build();
app.MapPlatform();
RecordRates.Map(app);
RatesOfDay.Map(app);
DefineCurrency.Map(app);
CurrencyList.Map(app);
DescribeState.Map(app);
StateList.Map(app);
RequestBackfill.Map(app);
CancelBackfill.Map(app);
BackfillProgress.Map(app);
RateHistory.Map(app);
RateTrends.Map(app);
ConvertAmount.Map(app);
Frankfurter.Map(app);
BankXml.Map(app);
app.Run();
