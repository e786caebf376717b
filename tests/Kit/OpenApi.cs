using System.Text.Json.Nodes;

namespace Kit;

/// <summary>Descriptions of interfaces, and whether they say what is answered.</summary>
public static class OpenApi
{
    /// <summary>The description that a service gives of itself.</summary>
    public static async Task<JsonNode> Of(HttpClient reader, string service, CancellationToken ct) =>
        JsonNode.Parse(await reader.GetStringAsync($"/openapi/{service}.json", ct))!;

    /// <summary>
    /// Successful answers with a body of which the document holds no schema or no example. Those without a body: 204, what was made and
    /// says so by its status alone, and all of HEAD.
    /// <paramref name="answers"/>: how many were looked at.
    /// </summary>
    public static IReadOnlyList<string> Undescribed(JsonNode document, out int answers)
    {
        var all = (from path in document["paths"]!.AsObject()
                   from operation in path.Value!.AsObject()
                   where operation.Key is "get" or "put" or "post" or "delete"
                   from answer in operation.Value!["responses"]!.AsObject()
                   where answer.Key.StartsWith('2')
                       && answer.Key != "204"
                       && !(answer.Key == "201" && operation.Value["responses"]!["204"] is not null)
                   select (Name: $"{operation.Key} {path.Key} {answer.Key}", Content: answer.Value!["content"]?.AsObject())).ToArray();
        answers = all.Length;
        return
        [
            .. all.Where(
                a =>
                    a.Content is not { Count: > 0 }
                    || a.Content.Any(media => media.Value!["schema"] is not JsonObject { Count: > 0 } || media.Value["example"] is null))
                        .Select(a => a.Name),
        ];
    }
}
