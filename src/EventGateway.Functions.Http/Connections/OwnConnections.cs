using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EventGateway.Abstractions;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Connections;

/// <summary>The connections of one function that has a client certificate or authorities of its own.</summary>
/// <param name="settings">The certificates.</param>
/// <param name="all">Creates clients, and closes those that are unused.</param>
internal sealed class OwnConnections(TlsSettings settings, HttpConnections all, TimeProvider timeProvider) : IHttpConnections
{
    private readonly Lock _gate = new();
    private readonly SteadyTimeProvider _timeProvider = SteadyTimeProvider.Of(timeProvider);
    private readonly List<X509Certificate2> _certificates = [];
    private HttpMessageInvoker? _client;
    private DateTimeOffset _usedAt;

    /// <inheritdoc/>
    public HttpMessageInvoker Client
    {
        get
        {
            HttpMessageInvoker client;
            lock (_gate)
            {
                _usedAt = _timeProvider.GetUtcNow();
                if (_client is not null)
                {
                    return _client;
                }

                client = _client = all.Open(Read());
            }

            // Must run outside the lock: the sweep takes its own lock first, and then this one.
            all.Add(this);
            return client;
        }
    }

    /// <summary>Closes the connections when they have not been used since a time. Calls that still run are not disturbed.</summary>
    /// <returns>Whether the connections are closed.</returns>
    public bool CloseUnused(DateTimeOffset since)
    {
        lock (_gate)
        {
            if (_usedAt > since)
            {
                return false;
            }

            Close();
            return true;
        }
    }

    /// <summary>Closes the connections. The next call opens others.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _client?.Dispose();
            _client = null;
            _certificates.ForEach(static certificate => certificate.Dispose());
            _certificates.Clear();
        }
    }

    private SslClientAuthenticationOptions Read()
    {
        var options = new SslClientAuthenticationOptions { CertificateChainPolicy = all.Options.CertificatePolicy };
        if (settings.Ca is { } ca)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPem(ca);
            _certificates.AddRange(options.CertificateChainPolicy.CustomTrustStore);
        }

        if (settings.Certificate is { } pem)
        {
            using var pair = X509Certificate2.CreateFromPem(pem, settings.Key?.Reveal());
            // Windows accepts only client certificates whose key was loaded from PKCS #12.
            var certificate = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
            var others = new X509Certificate2Collection();
            others.ImportFromPem(pem);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, others, offline: true);
            _certificates.Add(certificate);
            _certificates.AddRange(others);
        }

        return options;
    }
}
