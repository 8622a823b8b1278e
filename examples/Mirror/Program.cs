using Mirror;

// The default port is 7005. Use another one: dotnet run --project examples/Mirror -- 7006
var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls($"http://localhost:{(args is [var port] ? port : "7005")}");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
await using var app = builder.Build();

app.MapWhen(Aws.IsAwsCall, static aws => aws.Run(Aws.AnswerAsync));
app.MapMethods("{**path}", ["OPTIONS"], Webhook.Allow);
app.MapPost("/token", Tokens.ForClient);
app.MapGet("/computeMetadata/v1/instance/service-accounts/default/identity", Tokens.ForMachine);
app.MapPost("/guard", Guard.DecideAsync);
app.MapPost("/bill", Bill.ReplyAsync);
app.MapGet("/seen/{**path}", Seen.WaitAsync);
app.Map("/plain/{**rest}", Reflection.AsText);
app.MapFallback(Reflection.AsResponseObject);

app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Answers at {string.Join(", ", app.Urls)}; Ctrl-C ends it."));
await app.RunAsync();
