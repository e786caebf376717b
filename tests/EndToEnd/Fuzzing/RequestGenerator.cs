using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Fuzzing;

/// <summary>A generated request.</summary>
/// <param name="Role">The roles of the token, separated by commas; empty if the request has no token.</param>
internal sealed record FuzzRequest(
    Operation Operation,
    string Role,
    string Address,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    byte[]? Body,
    string? MediaType)
{
    public HttpRequestMessage Message(string? token)
    {
        var message = new HttpRequestMessage(new HttpMethod(Operation.Method), Address);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            if (MediaType is not null) message.Content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        }
        foreach (var (name, value) in Headers) message.Headers.TryAddWithoutValidation(name, value);
        if (token is not null) message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return message;
    }

    public override string ToString()
    {
        var body = Body is null ? "" : $" {MediaType} {Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 600)))}";
        return $"{Operation.Method} {Address} as \"{Role}\" {string.Join(' ', Headers.Select(h => $"{h.Key}: {h.Value}"))}{body}";
    }
}

/// <summary>Generates random requests from a mixture of examples, values from earlier responses, and hostile values.</summary>
internal sealed class RequestGenerator(IReadOnlyList<Operation> operations, SeenValues seen, int seed)
{
    private const string RawMark = "raw-json-";
    private static readonly string[] Roles =
        ["", "editor", "moderator", "operator", "admin", "editor,moderator,operator,admin", "editor,moderator,operator,admin", "invalid"];

    private static readonly string[] Accepted =
        ["*/*;q=0", "text/markdown;q=0.1, application/json", "text/html", "x", "application/*;q=2", ""];

    private static readonly string[] OtherMediaTypes =
        ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x", "application/json; charset=utf-16"];

    private static readonly string[] Conditions = ["If-None-Match", "If-Modified-Since", "If-Match", "Last-Event-ID", "Idempotency-Key"];

    private readonly Random _random = new(seed);

    public FuzzRequest Next()
    {
        var operation = operations[_random.Next(operations.Count)];
        // If a role is required, most requests have it, because a request without it is refused before it reaches the operation.
        var role = operation.Roles.Count > 0 && _random.Next(3) > 0 ? Any(operation.Roles) : Any(Roles);
        var (path, query, headers) = (operation.Path, new StringBuilder(), new List<KeyValuePair<string, string>>());
        foreach (var parameter in operation.Parameters)
        {
            var value = Value(parameter.Name, parameter.Example);
            if (parameter.In == "path") path = path.Replace($"{{{parameter.Name}}}", InPath(value), StringComparison.Ordinal);
            else if (parameter.In == "header" && _random.Next(3) > 0) headers.Add(new(parameter.Name, Header(value)));
            else if (parameter.In == "query")
                for (var times = Any([0, 1, 1, 1, 1, 2]); times > 0; times--)
                    query.Append("&" + parameter.Name + "=" + (_random.Next(50) == 0 ? "%ff%fe" : Escaped(value)));
        }
        if (_random.Next(20) == 0) query.Append(Any(["&x=1", "&=", "&&", "&lang[]=en", "&cursor", "&%", "&asOf=9999-12-31T23:59:59Z"]));
        if (_random.Next(8) == 0) headers.Add(new("Accept", Any(Accepted)));
        if (_random.Next(8) == 0) headers.Add(new("Accept-Language", Header(Any(HostileValues.Texts))));
        if (_random.Next(8) == 0) headers.Add(new(Any(Conditions), Header(Any(HostileValues.Texts))));
        if (query.Length > 0) query[0] = '?';
        var (body, media) = Body(operation);
        return new(operation, role, path + query, headers, body, media);
    }

    private string Value(string name, string example) => _random.Next(10) switch
    {
        < 3 => example,
        < 7 when seen.Any(name, _random) is { } known => known,
        _ => Any(HostileValues.Texts),
    };

    private (byte[]?, string?) Body(Operation operation)
    {
        if (operation.Bodies.Count == 0) return (null, null);
        var (media, example) = Any(operation.Bodies);
        if (_random.Next(30) == 0) media = Any(OtherMediaTypes);
        if (_random.Next(12) == 0) return (Any(HostileValues.Bodies), media);
        if (example is JsonValue text && text.TryGetValue<string>(out var raw)) return (Encoding.UTF8.GetBytes(Corrupted(raw)), media);
        var mutated = WithSeenValues(example);
        for (var times = Any([0, 1, 1, 2, 3]); times > 0; times--) mutated = HostileValues.Mutated(mutated, _random, Hostile);
        return (Encoding.UTF8.GetBytes(Unmarked(mutated?.ToJsonString() ?? "null")), media);
    }

    // The file of an import: complete, truncated, or with a hostile text inserted.
    private string Corrupted(string file) => _random.Next(3) switch
    {
        0 => file,
        1 => file[.._random.Next(file.Length)],
        _ => file.Insert(_random.Next(file.Length), Any(HostileValues.Texts)),
    };

    /// <summary>The example with some values from earlier responses, so that some requests refer to existing items.</summary>
    private JsonNode? WithSeenValues(JsonNode? example)
    {
        if (example is not JsonObject members) return example?.DeepClone();
        var known = members.DeepClone().AsObject();
        foreach (var (name, value) in members)
            if (value?.GetValueKind() == JsonValueKind.String && _random.Next(4) == 0 && seen.Any(name, _random) is { } other)
                known[name] = other;
        return known;
    }

    private JsonNode? Hostile() => _random.Next(3) == 0
        ? JsonValue.Create($"{RawMark}{_random.Next(HostileValues.RawJson.Count)}")
        : JsonValue.Create(Any(HostileValues.Texts));

    private static string Unmarked(string json)
    {
        for (var at = 0; at < HostileValues.RawJson.Count; at++)
            json = json.Replace($"\"{RawMark}{at}\"", HostileValues.RawJson[at], StringComparison.Ordinal);
        return json;
    }

    // Dot segments and U+0000 in a path never reach the code of the platform: HttpClient removes dot segments, and Kestrel rejects U+0000.
    private static string InPath(string value)
    {
        var path = value.Replace("\0", "", StringComparison.Ordinal);
        return path is "" or "." or ".." ? "%20" : Escaped(path);
    }

    // Longer addresses never reach the code of the platform, because Kestrel rejects them.
    private static string Escaped(string value) => Uri.EscapeDataString(value.Length > 300 ? value[..300] : value);

    private static string Header(string value) => new([.. value.Where(c => c is >= ' ' and <= '~').Take(200)]);

    private T Any<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}
