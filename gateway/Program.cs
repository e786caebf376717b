using Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["Gateway:ClustersFile"] is { Length: > 0 } clusters) builder.Configuration.AddJsonFile(clusters, optional: true, reloadOnChange: true);
builder.AddEdge("gateway");
var proxy = builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
if (builder.Configuration.GetValue<bool>("Gateway:Dns")) proxy.AddDnsDestinationResolver(o => o.RefreshPeriod = TimeSpan.FromSeconds(5));

var app = builder.Build();
app.MapPlatform();
app.MapReverseProxy();
app.Run();
