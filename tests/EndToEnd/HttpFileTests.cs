using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>The requests in the .http files beside the services, from which developers send requests to a running platform.</summary>
public partial class HttpFileTests(RunningPlatform platform) : EndToEndTests(platform)
{
    public static TheoryData<string> Files { get; } =
        [.. Repository.Services.Select(service => $"services/{service}/{service}.http")];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_request_in_a_file_succeeds_in_order(string file)
    {
        var text = Repository.Read(file);
        var variables = new Dictionary<string, string> { ["host"] = $"{Platform.Reader.BaseAddress}".TrimEnd('/') };
        foreach (Match variable in Variable().Matches(text))
        {
            var role = Role().Match(variable.Groups["value"].Value);
            variables.TryAdd(
                variable.Groups["name"].Value,
                role.Success ? await Platform.Token(role.Groups["role"].Value.ToLowerInvariant()) : variable.Groups["value"].Value);
        }
        var requests = Separator().Split(text)[1..];
        Assert.InRange(requests.Length, 5, 50);
        foreach (var request in requests)
        {
            var filled = Use().Replace(request, use => variables[use.Groups["name"].Value]);
            using var message = Parse(filled[filled.IndexOf('\n')..].Trim(), Path.GetDirectoryName(Repository.Path(file))!);
            using var answer = await Platform.Reader.SendAsync(message, Cancelled);
            var body = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(Cancelled));
            Assert.True(answer.IsSuccessStatusCode, $"{message.Method} {message.RequestUri} in {file}: {(int)answer.StatusCode} {body}");
        }
    }

    /// <summary>The request of one section. A body that begins with "&lt;" is the content of a file.</summary>
    private static HttpRequestMessage Parse(string request, string folder)
    {
        var (head, body) = request.Split("\n\n", 2) is [var h, var b] ? (h, b) : (request, null);
        var lines = head.Split('\n');
        var (method, address) = lines[0].Split(' ') is [var m, var a] ? (m, a) : throw new FormatException(lines[0]);
        var message = new HttpRequestMessage(new(method), address);
        if (body is not null)
            message.Content = body.StartsWith("< ", StringComparison.Ordinal)
                ? new ByteArrayContent(File.ReadAllBytes(Path.Combine(folder, body[2..].Trim())))
                : new StringContent(body, Encoding.UTF8);
        foreach (var (name, value) in lines[1..].Select(l => l.Split(": ", 2)).Select(l => (l[0], l[1])))
            if (name == "Content-Type") message.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    [GeneratedRegex(@"(?m)^@(?<name>\w+) = (?<value>.*)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{\$processEnv (?<role>[A-Z]+)_TOKEN\}\}")]
    private static partial Regex Role();

    [GeneratedRegex(@"(?m)^### ")]
    private static partial Regex Separator();

    [GeneratedRegex(@"\{\{(?<name>\w+)\}\}")]
    private static partial Regex Use();
}
