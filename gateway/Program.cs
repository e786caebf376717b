using Gateway;
using Gateway.Cache;
using Gateway.Edge;
using Gateway.Live;
using Platform.Web;

var builder = WebApplication.CreateBuilder(args);
var port = new SharedPort();
builder.WebHost.UseSockets(sockets =>
{
    // If the thread that receives from a socket also handles the request, a cache hit needs no thread switch (docs/decisions/0075).
    sockets.UnsafePreferInlineScheduling = builder.Configuration["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] == "1";
    // Waiting for data before allocating a buffer would save 4 kB per idle connection, but costs one more system call per request.
    sockets.WaitForDataBeforeAllocatingBuffer = false;
    if (builder.Configuration.GetValue<bool>("Gateway:SharePort")) sockets.CreateBoundListenSocket = port.Listen;
});
builder.Services.AddHostedService(_ => port);
builder.AddEdge("gateway");
builder.AddProtection();
builder.AddLive(); // before the bus, which reads the live store if a queue is missing
builder.AddChangeListener();
builder.Services.AddSingleton<ResponseCache>();
builder.AddRoutes();
builder.Services.AddSingleton<ConnectionDrain>().AddHostedService(provider => provider.GetRequiredService<ConnectionDrain>());

var app = builder.Build();
app.Use(app.Services.GetRequiredService<ConnectionDrain>().MarkResponse);
app.UseForwarded();
app.Use(app.Services.GetRequiredService<ResponseCache>().ServeHit);
app.UseProtection();
app.UseRouting();
app.Use(app.Services.GetRequiredService<ResponseCache>().ServeOrForward);
app.UseCompression();
app.MapEdge();
app.UseRateLimiter();
Status.Map(app);
LiveEndpoint.Map(app);
ApiDescription.Map(app);
app.MapReverseProxy(pipeline =>
{
    pipeline.UseMiddleware<RetryElsewhere>();
    pipeline.UseSessionAffinity();
    pipeline.UseLoadBalancing();
});
app.Run();
