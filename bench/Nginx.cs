using System.Diagnostics;

namespace Bench;

/// <summary>
/// A separate nginx with <c>proxy_cache</c> in front of a service, tuned as the nginx guides recommend: it keeps connections and files
/// open, and writes no access log.
/// </summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly Process _running;
    private readonly string _folder;

    private Nginx(Process running, string folder) => (_running, _folder) = (running, folder);

    public static string Address => $"http://127.0.0.1:{PrivateSystem.NginxPort}";

    public static async Task<Nginx> Start(Uri service)
    {
        var folder = Directory.CreateTempSubdirectory("bench-nginx-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            pid {{folder}}/pid;
            worker_processes {{Environment.ProcessorCount}};
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000000;
              open_file_cache max=1000 inactive=1h;
              proxy_cache_path {{folder}}/pages keys_zone=pages:10m inactive=1h;
              client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
              upstream service { server {{service.Authority}}; keepalive 32; }
              server {
                listen 127.0.0.1:{{PrivateSystem.NginxPort}} backlog=1024;
                location / {
                  proxy_pass http://service;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host localhost;
                  proxy_cache pages;
                  proxy_cache_valid 200 1h;
                  proxy_ignore_headers Cache-Control Expires;
                  add_header X-Cache $upstream_cache_status;
                }
              }
            }
            """);
        return new Nginx(
            await Command.StartServer(
                new("nginx", ["-e", Path.Combine(folder, "error.log"), "-c", Path.Combine(folder, "nginx.conf")]),
                new Uri($"{Address}/health/live")),
            folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Command.Stop(_running);
        Directory.Delete(_folder, recursive: true);
    }
}
