using Gateway;
using Platform.Hosting;
using Yarp.ReverseProxy.SessionAffinity;

var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["Gateway:ClustersFile"] is { Length: > 0 } clusters)
    builder.Configuration.AddJsonFile(clusters, optional: true, reloadOnChange: true);
builder.WebHost.UseSockets(sockets =>
{
    // Where the thread that hears from a socket also does what is to be done, an answer out of memory costs no change of threads
    // (docs/decisions/0075).
    sockets.UnsafePreferInlineScheduling = builder.Configuration["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] == "1";
    // To wait first, and then read, is one call of the kernel more for each request; it would save 4 kB for each idle connection.
    sockets.WaitForDataBeforeAllocatingBuffer = false;
    if (builder.Configuration.GetValue<bool>("Gateway:SharePort")) sockets.CreateBoundListenSocket = SharedPort.Listen;
});
builder.AddEdge("gateway");
builder.AddProtection();
builder.AddLive(); // before the bus: its store is asked when the bus finds a queue missing
builder.AddChangeListener();
builder.Services.AddSingleton<ResponseCache>();
builder.Services.AddSingleton<ISessionAffinityPolicy, ConsoleAffinity>();
var proxy = builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
proxy.ConfigureHttpClient((_, handler) => handler.ConnectTimeout = RetryElsewhere.ConnectTimeout).AddTransforms(RetryElsewhere.StopLimit);
if (builder.Configuration.GetValue<bool>("Gateway:Dns")) proxy.AddDnsDestinationResolver(o => o.RefreshPeriod = TimeSpan.FromSeconds(5));

var app = builder.Build();
app.UseForwarded();
app.Use(app.Services.GetRequiredService<ResponseCache>().Remember);
app.UseProtection();
app.UseRouting();
app.Use(app.Services.GetRequiredService<ResponseCache>().Invoke);
app.UseCompression();
app.MapPlatform();
app.UseRateLimiter();
Status.Map(app);
Live.Map(app);
Interfaces.Map(app);
app.MapReverseProxy(pipeline =>
{
    pipeline.UseMiddleware<RetryElsewhere>();
    pipeline.UseSessionAffinity();
    pipeline.UseLoadBalancing();
});
app.Run();
