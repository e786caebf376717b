using System.Diagnostics;
using System.Net;

namespace Bench;

/// <summary>
/// A separate nginx, tuned as its guides recommend: it keeps connections and files open, and writes no access log. It answers at
/// <c>/health/live</c> when it is ready.
/// </summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly Process _running;
    private readonly string _folder;

    private Nginx(Process running, string folder) => (_running, _folder) = (running, folder);

    public static string Address => $"http://127.0.0.1:{PrivateSystem.NginxPort}";

    /// <summary>Starts nginx with <c>proxy_cache</c> in front of a service. It accepts only this version of HTTP.</summary>
    public static Task<Nginx> Cache(Uri service, Version version) => Start(version, folder => $$"""
        proxy_cache_path {{folder}}/pages keys_zone=pages:10m inactive=1h;
        upstream service { server {{service.Authority}}; keepalive 32; }
        server {
          listen 127.0.0.1:{{PrivateSystem.NginxPort}} {{(version == HttpVersion.Version20 ? "http2" : "")}} backlog=1024;
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
        """);

    /// <summary>Starts nginx in front of PHP, which answers all requests with one script.</summary>
    public static Task<Nginx> Php(string socket, string script) => Start(HttpVersion.Version11, _ => $$"""
        server {
          listen 127.0.0.1:{{PrivateSystem.NginxPort}} backlog=1024;
          location = /health/live { return 200; }
          location / {
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME {{script}};
            fastcgi_pass unix:{{socket}};
          }
        }
        """);

    private static async Task<Nginx> Start(Version version, Func<string, string> server)
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
              client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
            {{server(folder)}}
            }
            """);
        return new Nginx(
            await Command.StartServer(
                new("nginx", ["-e", Path.Combine(folder, "error.log"), "-c", Path.Combine(folder, "nginx.conf")]),
                new Uri($"{Address}/health/live"),
                version),
            folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Command.Stop(_running);
        Directory.Delete(_folder, recursive: true);
    }
}
