using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Platform.Web.OpenApi;

/// <summary>Endpoint metadata: an example of a text response, if its media type does not imply one.</summary>
public sealed record AnswerExample(string Text);

/// <summary>Builds an example for any schema: typical values for well-known names, otherwise the smallest valid value.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["title"] = "Members sign a memorandum",
        ["lead"] = "In short, what happened.",
        ["body"] = "<p>At length.</p>",
        ["bodyHtml"] = "<p>At length.</p>",
        ["text"] = "Well said.",
        ["author"] = "Ann",
        ["name"] = "Ann",
        ["email"] = "ann@example.org",
        ["section"] = "news",
        ["lang"] = "en",
        ["language"] = "en",
        ["slug"] = "members-sign-a-memorandum",
        ["reason"] = "Said before publication.",
        ["note"] = "A name was misspelt.",
        ["replacement"] = "memorandum",
        ["selection"] = "memorundum",
        ["before"] = "sign a ",
        ["after"] = " in Astana",
        ["topic"] = "general",
        ["key"] = "news",
        ["code"] = "CNY",
        ["from"] = "USD",
        ["to"] = "CNY",
        ["amount"] = "100",
        ["base"] = "RUB",
        ["symbols"] = "USD,EUR",
        ["currency"] = "CNY",
        ["charCode"] = "CNY",
        ["numCode"] = "156",
        ["state"] = "cn",
        ["timeZone"] = "Asia/Shanghai",
        ["capital"] = "Beijing",
        ["utcOffset"] = "+08:00",
        ["url"] = "https://example.org/",
        ["target"] = "readModel:article-page",
        ["q"] = "memorandum",
        ["sort"] = "oldest",
        ["tag"] = "energy",
        ["topics"] = "article,comment",
        ["status"] = "open",
        ["date_req"] = "05/04/2025",
        ["date_req1"] = "01/04/2025",
        ["date_req2"] = "05/04/2025",
        ["VAL_NM_RQ"] = "R01375",
        ["asOf"] = "2025-04-05",
        ["period"] = "2025-04-05",
        ["month"] = "2025-04",
        ["format"] = "json",
        ["emailHash"] = "5d41402abc4b2a76b9719d911017c592",
        ["cursor"] = "eyJpZCI6IjEifQ",
        ["next"] = "eyJpZCI6IjEifQ",
        ["group"] = "typo-0f3a",
        ["mode"] = "verify",
        ["bankId"] = "R01375",
        ["file"] = "0123456789abcdef0123456789abcdef.webp",
    };

    private static readonly Dictionary<string, string> Texts = new()
    {
        ["text/plain"] = "Members sign a memorandum\n\nAt length.\n",
        ["text/markdown"] = "# Members sign a memorandum\n\nAt length.\n",
        ["text/event-stream"] = "id: 7\nevent: article\ndata: "
            + "{\"change\":\"published\",\"id\":\"0196a000-0000-7000-8000-000000000101\",\"version\":2}\n\n",
        ["application/rss+xml"] = "<rss version=\"2.0\"><channel><title>News</title></channel></rss>",
        ["application/atom+xml"] = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>News</title></feed>",
        ["application/xml"] = "<?xml version=\"1.0\" encoding=\"utf-8\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"/>",
    };

    /// <summary>An example of a media type other than JSON; null for unknown types.</summary>
    public static JsonNode? OfText(string mediaType) => Texts.GetValueOrDefault(mediaType) is { } text ? JsonValue.Create(text) : null;

    /// <summary>An example for a schema and a property name; null if an enumeration has no values.</summary>
    public static JsonNode? Of(IOpenApiSchema schema, string name, int depth = 0)
    {
        if (schema.Examples is [{ } given, ..]) return given.DeepClone();
        if (schema.Enum is { Count: > 0 } choices) return choices.FirstOrDefault(c => c is not null)?.DeepClone();
        var of = (schema.OneOf ?? []).Concat(schema.AnyOf ?? []).FirstOrDefault(s => s.Type != JsonSchemaType.Null)
            ?? (schema.AllOf is [var only, ..] ? only : null);
        if (of is not null) return Of(of, name, depth);
        return (schema.Type & ~JsonSchemaType.Null) switch
        {
            JsonSchemaType.String => Text(schema, name),
            JsonSchemaType.Integer => long.TryParse(schema.Minimum, NumberStyles.Any, CultureInfo.InvariantCulture, out var least)
                ? Math.Max(1, least)
                : 1,
            JsonSchemaType.Number => decimal.TryParse(schema.Maximum, CultureInfo.InvariantCulture, out var greatest)
                ? Math.Min(11.027m, greatest)
                : 11.027m,
            JsonSchemaType.Boolean => true,
            JsonSchemaType.Array => schema.Items is { } item && depth < 6 && Of(item, Singular(name), depth + 1) is { } one
                ? new JsonArray(one)
                : new JsonArray(),
            JsonSchemaType.Object => Object(schema, depth),
            _ => Object(schema, depth), // any value is allowed
        };
    }

    private static JsonObject Object(IOpenApiSchema schema, int depth)
    {
        var example = new JsonObject();
        if (depth > 6) return example;
        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
            // Optional properties are left out at depth, because they may refer back to the type that contains them.
            if ((depth < 3 || schema.Required?.Contains(name) == true) && Of(property, name, depth + 1) is { } value) example[name] = value;
        if (schema.AdditionalProperties is { } values && Of(values, "text", depth + 1) is { } entry) example["en"] = entry;
        return example;
    }

    private static JsonNode Text(IOpenApiSchema schema, string name)
    {
        var text = schema.Format switch
        {
            "uuid" => "0196a000-0000-7000-8000-000000000101",
            "date-time" => "2025-04-05T09:30:00+00:00",
            "date" => "2025-04-05",
            "time" => "09:30:00",
            "uri" => "https://example.org/",
            _ => Words.GetValueOrDefault(name, "text"),
        };
        if (schema.MinLength is { } least && text.Length < least) text = text.PadRight(least, 'x');
        return schema.MaxLength is { } most && text.Length > most ? text[..most] : text;
    }

    private static string Singular(string name) => name.EndsWith('s') ? name[..^1] : name;
}
