using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>tls</c>: the gateway's certificate, and the authorities that the function's server is checked against.</summary>
/// <param name="Certificate">The gateway's certificate and those that lead to its root, as PEM: <c>certificate</c>. Null means none.</param>
/// <param name="Key">The certificate's private key, as PEM without encryption: <c>key</c>.</param>
/// <param name="Ca">The authorities, as PEM: <c>ca</c>. Null means those that the system trusts.</param>
internal sealed record TlsSettings(string? Certificate, Secret? Key, string? Ca) : ISettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "tls";

    private const string Accepted = "an object with certificate and key, ca, or all three, as PEM";
    private const string AcceptedCertificate = "a certificate as PEM, followed by those that lead to its root, without its key";
    private const string AcceptedKey = "the certificate's private key as PEM, not encrypted";
    private const string AcceptedCa = "certificates of authorities as PEM, without their keys";

    /// <summary>Reads the field. Null when it is missing or not an object.</summary>
    /// <param name="isHttps">Whether the function's URL is an https URL, the only kind that may have this setting.</param>
    public static TlsSettings? Read(JsonFields settings, bool isHttps)
    {
        var tls = settings.Nested(Name, Read, Accepted);
        if (tls is not null && !isHttps)
        {
            settings.Refuse(Name, "is for https URLs only");
        }

        return tls;
    }

    /// <inheritdoc/>
    public void Write(SettingsWriter writer)
    {
        writer.Write("certificate", Certificate);
        writer.Write("key", Key);
        writer.Write("ca", Ca);
    }

    private static TlsSettings Read(JsonFields tls)
    {
        var hasPair = tls.Value("certificate").ValueKind is not JsonValueKind.Undefined || tls.Value("key").ValueKind is not JsonValueKind.Undefined;
        var certificate = hasPair ? tls.Required("certificate", AcceptedCertificate, HasCertificates) : tls.Optional("certificate", AcceptedCertificate);
        var key = hasPair ? tls.RequiredSecret("key", AcceptedKey) : tls.OptionalSecret("key", AcceptedKey);
        var ca = tls.Optional("ca", AcceptedCa, HasCertificates);
        if (tls.AreChecked && certificate is not null && key is { IsMask: false } && key.Reveal().Length > 0 && !IsPair(certificate, key.Reveal()))
        {
            tls.Refuse("key", $"must be {AcceptedKey}");
        }

        if (!hasPair && tls.Value("ca").ValueKind is JsonValueKind.Undefined)
        {
            tls.Errors.Add(tls.Path, $"must be {Accepted}");
        }

        return new TlsSettings(certificate, key, ca);
    }

    // Certificates are not masked, so they must not contain a key.
    private static bool HasCertificates(string pem)
    {
        if (pem.Contains("PRIVATE KEY", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private static bool IsPair(string certificate, string key)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificate, key);
            return pair.HasPrivateKey;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
