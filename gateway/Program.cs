using Gateway;
using Platform.Hosting;
using Yarp.ReverseProxy.SessionAffinity;

var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["Gateway:ClustersFile"] is { Length: > 0 } clusters) builder.Configuration.AddJsonFile(clusters, optional: true, reloadOnChange: true);
builder.AddEdge("gateway");
builder.AddProtection();
builder.AddChangeListener();
builder.AddLive();
builder.Services.AddSingleton<ResponseCache>();
builder.Services.AddSingleton<ISessionAffinityPolicy, ConsoleAffinity>();
var proxy = builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
if (builder.Configuration.GetValue<bool>("Gateway:Dns")) proxy.AddDnsDestinationResolver(o => o.RefreshPeriod = TimeSpan.FromSeconds(5));

var app = builder.Build();
app.UseProtection();
app.UseRouting();
app.Use(app.Services.GetRequiredService<ResponseCache>().Invoke);
app.UseResponseCompression();
app.MapPlatform();
app.UseRateLimiter();
Status.Map(app);
Live.Map(app);
Interfaces.Map(app);
app.MapReverseProxy(pipeline =>
{
    pipeline.Use(OnceElsewhere.Invoke);
    pipeline.UseSessionAffinity();
    pipeline.UseLoadBalancing();
    pipeline.UsePassiveHealthChecks();
});
app.Run();
