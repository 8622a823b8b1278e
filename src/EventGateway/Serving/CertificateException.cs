namespace EventGateway.Serving;

/// <summary>A listener's certificate cannot be used.</summary>
internal sealed class CertificateException(string message, Exception innerException) : Exception(message, innerException);
