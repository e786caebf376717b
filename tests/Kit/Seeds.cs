using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Kit;

/// <summary>Reads the seed files of this repository, including the recorded rates, and sends them as seeds/seed.sh does.</summary>
public static class Seeds
{
    /// <summary>A request in a seed file.</summary>
    public sealed record Request(string? Role, string Method, string Path, JsonElement Body);

    /// <summary>A recorded rate. <paramref name="Value"/> is the published text, with a decimal point.</summary>
    public sealed record Rate(
        DateOnly Date,
        string Id,
        string NumCode,
        string CharCode,
        int Nominal,
        string Value)
    {
        public decimal Number => decimal.Parse(Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The root folder of the repository.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static IReadOnlyList<Request> Read(string name) =>
        JsonSerializer.Deserialize<Request[]>(File.ReadAllText(Path.Combine(Root, "seeds", name + ".json")), JsonSerializerOptions.Web)!;

    /// <summary>All rates of the recorded days, in the order of the seed file.</summary>
    public static IReadOnlyList<Rate> Rates { get; } = [.. Read("currency-rates").SelectMany(
        r => r.Body.GetProperty("rates").EnumerateArray().Select(e => new Rate(
            DateOnly.ParseExact(r.Path[^10..], "yyyy-MM-dd", CultureInfo.InvariantCulture),
            e.GetProperty("id").GetString()!,
            e.GetProperty("numCode").GetString()!,
            e.GetProperty("charCode").GetString()!,
            e.GetProperty("nominal").GetInt32(),
            e.GetProperty("value").ToString())))];

    /// <summary>
    /// Sends the requests of a seed file in order. The test fails if one is rejected. The client must have the role that they need.
    /// </summary>
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

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Platform.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
