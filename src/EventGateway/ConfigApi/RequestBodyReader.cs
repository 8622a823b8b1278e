namespace EventGateway.ConfigApi;

/// <summary>Reads whole request bodies up to the API's limit.</summary>
internal static class RequestBodyReader
{
    /// <summary>The largest body that is read: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads the body.</summary>
    /// <returns>The body, or the answer to a body that cannot be read.</returns>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, JsonAnswer? Error)> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBytes)
        {
            return (default, TooLarge());
        }

        try
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                if (read.Buffer.Length > MaxBytes)
                {
                    reader.AdvanceTo(read.Buffer.Start);
                    return (default, TooLarge());
                }

                if (read.IsCompleted)
                {
                    var body = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
                    reader.AdvanceTo(read.Buffer.End);
                    return (body, null);
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException e)
        {
            return (default, JsonAnswer.Error(e.StatusCode, e.Message));
        }
    }

    private static JsonAnswer TooLarge() =>
        JsonAnswer.Error(StatusCodes.Status413PayloadTooLarge, $"The body is too large; at most {MaxBytes} bytes are accepted.");
}
