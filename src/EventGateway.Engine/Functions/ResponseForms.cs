namespace EventGateway.Engine.Functions;

/// <summary>The forms in which a function's answer can describe a response.</summary>
internal enum ResponseForms
{
    /// <summary>A response object with <c>statusCode</c>. Any other JSON is the body of a response with the status 200.</summary>
    AnyJson,

    /// <summary>Only a response object with <c>statusCode</c>.</summary>
    WithStatusCode,

    /// <summary>A response object as 0.9 read it: all fields are optional, header values and the body are strings.</summary>
    Strict,
}
