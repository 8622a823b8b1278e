using System.Text.RegularExpressions;

namespace EventGateway.Functions.Aws.Lambda;

/// <summary>The ARN of a Lambda function: <c>arn:aws:lambda:region:account:function:name[:version or alias]</c>.</summary>
internal static partial class LambdaArn
{
    /// <summary>Returns whether a text is such an ARN.</summary>
    public static bool IsValid(string text) => Form().IsMatch(text);

    /// <summary>Returns the region of a valid ARN.</summary>
    public static string Region(string arn) => arn.Split(':')[3];

    /// <summary>Returns the function's name, without a version or alias. Returns the whole text when it is not a valid ARN.</summary>
    public static string Name(string arn) => IsValid(arn) ? arn.Split(':')[6] : arn;

    [GeneratedRegex(
        @"\Aarn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]{1,140}(:(\$LATEST|[a-zA-Z0-9_-]{1,128}))?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
