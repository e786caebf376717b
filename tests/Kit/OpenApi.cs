using System.Text.Json.Nodes;

namespace Kit;

/// <summary>Reads OpenAPI documents, and checks whether they describe their responses.</summary>
public static class OpenApi
{
    /// <summary>The OpenAPI document of a service.</summary>
    public static async Task<JsonNode> Of(HttpClient reader, string service, CancellationToken ct) =>
        JsonNode.Parse(await reader.GetStringAsync($"/openapi/{service}.json", ct))!;

    /// <summary>
    /// The successful responses for which the document contains no schema or no example. Responses without a body are not checked: 204, the
    /// 201 of an operation that also has a 204, and all responses to HEAD. <paramref name="answers"/> is the number of responses checked.
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
