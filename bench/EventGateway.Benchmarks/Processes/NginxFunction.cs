using System.Globalization;

namespace EventGateway.Benchmarks.Processes;

/// <summary>A fast function: nginx, which answers every request with a response object and counts the requests.</summary>
internal sealed class NginxFunction : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _client = new();
    private ChildProcess? _process;
    private long _statusRequests;

    public int Port { get; } = FreePort.Next();

    /// <summary>The URL of the function.</summary>
    public Uri Uri => new($"http://127.0.0.1:{Port}/function");

    /// <summary>The file behind <c>/large</c>. It exists after a call of <see cref="OfferLargeAsync"/>.</summary>
    public string LargeFile => Path.Combine(_directory.Path, "large");

    private Uri StatusUri => new($"http://127.0.0.1:{Port}/status");

    public static async Task<NginxFunction> StartAsync(CancellationToken cancellationToken)
    {
        var nginx = new NginxFunction();
        var config = Path.Combine(nginx._directory.Path, "nginx.conf");
        await File.WriteAllTextAsync(config, nginx.Configuration(), cancellationToken);
        try
        {
            string[] arguments = ["-p", nginx._directory.Path, "-e", "stderr", "-c", config];
            nginx._process = await ChildProcess.StartAsync("nginx", arguments, nginx.StatusUri, environment: null, cancellationToken);
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the number of requests, without the requests of this method. Only the difference of two results is meaningful.</summary>
    public async Task<long> CountCallsAsync(CancellationToken cancellationToken)
    {
        // The third line of stub_status: accepted connections, handled connections, requests. It counts this request too.
        var status = await _client.GetStringAsync(StatusUri, cancellationToken);
        _statusRequests++;
        return long.Parse(status.Split('\n')[2].Trim().Split(' ')[2], CultureInfo.InvariantCulture) - _statusRequests;
    }

    /// <summary>Makes <c>/large</c> answer with a body of this size.</summary>
    public Task OfferLargeAsync(int bytes, CancellationToken cancellationToken) => File.WriteAllBytesAsync(LargeFile, new byte[bytes], cancellationToken);

    /// <summary>Waits until no more calls arrive, and returns their number.</summary>
    public async Task<long> SettleAsync(CancellationToken cancellationToken)
    {
        for (var before = -1L; ;)
        {
            var now = await CountCallsAsync(cancellationToken);
            if (now == before)
            {
                return now;
            }

            before = now;
            await Task.Delay(200, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _directory.Dispose();
    }

    private string Configuration() => $$"""
        daemon off;
        user root;
        worker_processes 1;
        pid {{_directory.Path}}/nginx.pid;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_max_body_size 0;
          keepalive_requests 10000000;
          client_body_temp_path {{_directory.Path}}/body;
          proxy_temp_path {{_directory.Path}}/proxy;
          fastcgi_temp_path {{_directory.Path}}/fastcgi;
          uwsgi_temp_path {{_directory.Path}}/uwsgi;
          scgi_temp_path {{_directory.Path}}/scgi;
          server {
            listen 127.0.0.1:{{Port}} backlog=4096;
            location = /status { stub_status; }
            location = /large { root {{_directory.Path}}; }
            location / { default_type application/json; return 200 '{"statusCode":200,"body":"ok"}'; }
          }
        }
        """;
}
