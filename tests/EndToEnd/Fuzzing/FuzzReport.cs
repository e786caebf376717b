using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kit;

namespace EndToEnd.Fuzzing;

/// <summary>Statistics of the requests and responses of a run, and the faults found in the responses.</summary>
internal sealed class FuzzReport(int answersChecked)
{
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentDictionary<(string Operation, string Role), int> _sent = new();
    private readonly ConcurrentDictionary<(string Operation, int Status), ConcurrentQueue<JsonObject>> _answers = new();

    /// <summary>One fault for each operation and kind, with the first request that caused it.</summary>
    public ConcurrentDictionary<string, string> Faults { get; } = new();

    public IEnumerable<string> Operations => _sent.Keys.Select(k => k.Operation);

    public void Add(
        FuzzRequest request,
        int status,
        string? media,
        string body,
        JsonNode? json)
    {
        Count(request, status);
        var (operation, role) = (request.Operation, request.Role);
        if (status >= 500) Fault(request, $"{status}", body);
        var allowed = operation.Roles.Count == 0 || role.Split(',').Intersect(operation.Roles).Any();
        if (!allowed && status is >= 200 and < 400)
            Fault(request, $"{status} without the role {string.Join(" or ", operation.Roles)}", body);
        if (status >= 400 && operation.Responses is not null && operation.Method != "HEAD" && !IsProblem(media, json, status))
            Fault(request, $"{status} is not a problem document", body);
        if (operation.Responses is null || status >= 500) return;
        var described = operation.Responses[$"{status}"];
        // If no route matches the address, the response is not of the intended operation. Any read may answer 304.
        if (described is null && status is not (304 or 404 or 405)) Fault(request, $"{status} is not described", body);
        var content = described?["content"]?.AsObject();
        if (content is not { Count: > 0 } || body.Length == 0 || media is null) return;
        if (content[media] is not { } kind) Fault(request, $"{status} with {media} is not described", body);
        else if (json is not null && media != "application/x-ndjson") Record(request, status, kind["schema"], body);
    }

    public void Fault(FuzzRequest request, string kind, string body = "") =>
        Faults.TryAdd($"{request.Operation.Name} {kind}", $"{kind}: {request}\n  {(body.Length > 500 ? body[..500] : body)}");

    /// <summary>Validates the recorded responses against their schemas in the OpenAPI document.</summary>
    public async Task MatchesTheDescription(JsonNode document)
    {
        var folder = Directory.CreateTempSubdirectory("answers-");
        try
        {
            var file = Path.Combine(folder.FullName, "answers.json");
            var answers = new JsonArray([.. _answers.Values.SelectMany(recorded => recorded)]);
            var text = new JsonObject { ["components"] = document["components"]!.DeepClone(), ["answers"] = answers }.ToJsonString();
            await File.WriteAllTextAsync(file, text);
            await ForeignProcess.Run("node", "answers.mjs", file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public override string ToString()
    {
        var (operations, roles) = (Operations.Distinct().Count(), _sent.Keys.Select(k => k.Role).Distinct().Count());
        var statuses = string.Join(", ", _statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}"));
        return $"{operations} operations and pages, {roles} kinds of callers, {_answers.Values.Sum(a => a.Count)} responses validated " +
            $"against their schemas; by status: {statuses}";
    }

    private void Count(FuzzRequest request, int status)
    {
        _statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
        _sent.AddOrUpdate((request.Operation.Name, request.Role), 1, (_, count) => count + 1);
    }

    private void Record(FuzzRequest request, int status, JsonNode? schema, string body)
    {
        var recorded = _answers.GetOrAdd((request.Operation.Name, status), _ => new());
        if (recorded.Count >= answersChecked) return;
        recorded.Enqueue(new() { ["schema"] = schema?.DeepClone(), ["body"] = JsonNode.Parse(body), ["request"] = $"{status} {request}" });
    }

    private static bool IsProblem(string? media, JsonNode? json, int status) =>
        media == "application/problem+json" && json is JsonObject problem && problem["status"]?.GetValue<int>() == status
        && problem["type"] is not null && problem["title"] is not null && problem["detail"] is not null;
}
