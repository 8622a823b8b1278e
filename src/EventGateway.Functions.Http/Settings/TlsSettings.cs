using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>tls</c>: the certificate that the gateway shows, and the authorities that the function's server is checked against.</summary>
/// <param name="Certificate">The gateway's certificate and those that lead to its root, as PEM. Not set: it shows none.</param>
/// <param name="Key">The certificate's private key, as PEM.</param>
/// <param name="Ca">The authorities, as PEM. Not set: those that the system trusts.</param>
internal sealed record TlsSettings(string? Certificate, string? Key, string? Ca)
{
    /// <summary>The field's name.</summary>
    public const string Name = "tls";

    private const string Accepted = "an object with certificate and key, ca, or all three, as PEM";
    private const string AcceptedCertificate = "a certificate as PEM, followed by those that lead to its root, without its key";
    private const string AcceptedKey = "the certificate's private key as PEM, not encrypted";
    private const string AcceptedCa = "certificates of authorities as PEM, without their keys";

    /// <summary>Checks the field and keeps it.</summary>
    public static void Validate(SettingsObject settings, bool isHttps)
    {
        if (settings.Object(Name, Accepted) is not { } tls)
        {
            return;
        }

        if (!isHttps)
        {
            settings.Refuse($"{tls.Path} is for https URLs only");
        }

        var hasPair = tls["certificate"].ValueKind is not JsonValueKind.Undefined || tls["key"].ValueKind is not JsonValueKind.Undefined;
        var certificate = hasPair ? tls.Required("certificate", AcceptedCertificate, HasCertificates) : null;
        var key = hasPair ? tls.RequiredSecret("key", AcceptedKey) : null;
        tls.Optional("ca", AcceptedCa, HasCertificates);
        if (certificate is not null && key is not null && key != Secret.Mask && !IsPair(certificate, key))
        {
            tls.Refuse("key", AcceptedKey);
        }

        if (!hasPair && tls["ca"].ValueKind is JsonValueKind.Undefined)
        {
            settings.Refuse(Name, Accepted);
        }

        settings.Keep(tls, Name);
    }

    /// <summary>Reads stored settings; null where they have none of these.</summary>
    public static TlsSettings? Read(JsonElement settings) => settings.TryGetProperty(Name, out var tls)
        ? new TlsSettings(Text(tls, "certificate"), Text(tls, "key"), Text(tls, "ca"))
        : null;

    // Whoever prints a record prints its fields.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(Certificate);
        return true;
    }

    private static string? Text(JsonElement tls, string name) => tls.TryGetProperty(name, out var text) ? text.GetString() : null;

    // Certificates are shown to whoever reads the function, so that no key may stand among them.
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
