using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Kit;

/// <summary>The seed files of this repository, sent as seeds/seed.sh sends them, and the recorded rates in them.</summary>
public static class Seeds
{
    /// <summary>One request of a seed file.</summary>
    public sealed record Request(string? Role, string Method, string Path, JsonElement Body);

    /// <summary>One recorded rate; <paramref name="Value"/> is the text as it was published, with a point.</summary>
    public sealed record Rate(DateOnly Date, string Id, string NumCode, string CharCode, int Nominal, string Value)
    {
        public decimal Number => decimal.Parse(Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The repository, found upwards from the tests' binaries.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    public static IReadOnlyList<Request> Read(string name) =>
        JsonSerializer.Deserialize<Request[]>(File.ReadAllText(Path.Combine(Root, "seeds", name + ".json")), JsonSerializerOptions.Web)!;

    /// <summary>Every rate of the recorded days, in their order.</summary>
    public static IReadOnlyList<Rate> Rates { get; } = [.. Read("currency-rates").SelectMany(
        r => r.Body.GetProperty("rates").EnumerateArray().Select(e => new Rate(
            DateOnly.ParseExact(r.Path[^10..], "yyyy-MM-dd", CultureInfo.InvariantCulture),
            e.GetProperty("id").GetString()!,
            e.GetProperty("numCode").GetString()!,
            e.GetProperty("charCode").GetString()!,
            e.GetProperty("nominal").GetInt32(),
            e.GetProperty("value").ToString())))];

    /// <summary>Sends a file's requests in order; each must be accepted. The client carries the role they need.</summary>
    public static async Task Send(HttpClient client, string name, Func<Request, bool>? which = null)
    {
        foreach (var request in Read(name).Where(which ?? (_ => true)))
        {
            using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Path)
            {
                Content = JsonContent.Create(request.Body),
            };
            using var answer = await client.SendAsync(message, TestContext.Current.CancellationToken);
            if (!answer.IsSuccessStatusCode)
                Assert.Fail($"{request.Method} {request.Path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(
                    TestContext.Current.CancellationToken)}");
        }
    }

    private static string Above(string folder) =>
        File.Exists(Path.Combine(folder, "Platform.sln")) ? folder : Above(Path.GetDirectoryName(folder)!);
}
