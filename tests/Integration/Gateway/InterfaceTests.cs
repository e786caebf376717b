extern alias gateway;

using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Integration.CurrencyRates;
using Kit;
using Xunit;

namespace Integration.Gateway;

/// <summary>The OpenAPI documents, also checked by Spectral.</summary>
public sealed class InterfaceTests(SeededFixture rates) : IClassFixture<SeededFixture>
{
    [Fact]
    public async Task A_service_describes_every_operation_with_roles_errors_and_an_example_and_Spectral_finds_nothing()
    {
        using var reader = rates.Client();
        var text = await reader.GetStringAsync("/openapi/currency-rates.json", TestContext.Current.CancellationToken);
        var document = JsonNode.Parse(text)!;
        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var record = document["paths"]!["/api/rates/sheets/{date}"]!["put"]!;
        Assert.Equal("putRatesSheetsDate", record["operationId"]!.GetValue<string>());
        Assert.Equal(["operator"], record["x-roles"]!.AsArray().Select(r => r!.GetValue<string>()));
        Assert.NotNull(record["requestBody"]!["content"]!["application/json"]!["example"]);
        Assert.All(["204", "400", "401", "403", "404", "409", "412", "428", "503"], status => Assert.NotNull(record["responses"]![status]));
        Assert.Contains(record["parameters"]!.AsArray(), p => p!["name"]!.GetValue<string>() == "If-Match");
        Assert.Empty(OpenApi.Undescribed(document, out var answers));
        Assert.InRange(answers, 20, 1000);
        await Spectral.FindsNothing(text);
    }

    [Fact]
    public async Task The_schema_of_a_response_matches_the_actual_response()
    {
        using var reader = rates.Client();
        var document = await OpenApi.Of(reader, "currency-rates", TestContext.Current.CancellationToken);
        var answer = document["paths"]!["/api/rates"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!;
        Assert.Equal("#/components/schemas/RatesView", answer["schema"]!["$ref"]!.GetValue<string>());
        var schema = document["components"]!["schemas"]!["RatesView"]!["properties"]!.AsObject().Select(p => p.Key).ToArray();
        var real =
            JsonNode.Parse(await reader.GetStringAsync("/api/rates?date=2025-04-05", TestContext.Current.CancellationToken))!.AsObject()
                .Select(p => p.Key);
        Assert.All(real, property => Assert.Contains(property, schema));
        // One schema for a day, one for a range.
        Assert.Equal(
            2,
            document["paths"]!["/v1/{period}"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["oneOf"]!
                .AsArray().Count);
        Assert.All(answer["example"]!.AsObject().Select(p => p.Key), property => Assert.Contains(property, schema));
    }

    [Fact]
    public async Task The_example_of_an_XML_response_matches_the_actual_format()
    {
        using var reader = rates.Client();
        var document = await OpenApi.Of(reader, "currency-rates", TestContext.Current.CancellationToken);
        string Example(string path) =>
            document["paths"]![path]!["get"]!["responses"]!["200"]!["content"]!["application/xml"]!["example"]!.GetValue<string>();
        Assert.Equal(
            """<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="04.04.2025" name="Foreign Currency Market">"""
            + """<Valute ID="R01375"><NumCode>156</NumCode><CharCode>CNY</CharCode><Nominal>1</Nominal>"""
            + "<Name>Китайский юань</Name><Value>11,5097</Value><VunitRate>11,5097</VunitRate></Valute></ValCurs>",
            Example("/scripts/XML_daily.asp"));
        Assert.Contains("China Yuan", Example("/scripts/XML_daily_eng.asp"), StringComparison.Ordinal);
        Assert.Contains("<Record Date=\"04.04.2025\"", Example("/scripts/XML_dynamic.asp"), StringComparison.Ordinal);
        Assert.Contains("<ISO_Char_Code>CNY", Example("/scripts/XML_valFull.asp"), StringComparison.Ordinal);
    }

    [Fact]
    public void Merging_renames_components_that_have_the_same_name_but_differ()
    {
        static JsonObject Service(string path, string type) => JsonNode.Parse("""
            {"info":{"version":"1"},"tags":[{"name":"PATH"}],
             "paths":{"/PATH":{"get":{"x":{"$ref":"#/components/schemas/Item"},"y":{"$ref":"#/components/schemas/Same"}}}},
             "components":{"schemas":{"Item":{"type":"TYPE"},"Same":{"type":"string"}}}}
            """.Replace("PATH", path, StringComparison.Ordinal).Replace("TYPE", type, StringComparison.Ordinal))!.AsObject();
        var merged = gateway::Gateway.ApiDescription.Merge([("first", Service("a", "string")), ("second-one", Service("b", "integer"))]);
        Assert.Equal(["Item", "Same", "SecondOneItem"], merged["components"]!["schemas"]!.AsObject().Select(s => s.Key));
        Assert.Equal("#/components/schemas/SecondOneItem", merged["paths"]!["/b"]!["get"]!["x"]!["$ref"]!.GetValue<string>());
        Assert.Equal("#/components/schemas/Item", merged["paths"]!["/a"]!["get"]!["x"]!["$ref"]!.GetValue<string>());
        Assert.Equal("#/components/schemas/Same", merged["paths"]!["/b"]!["get"]!["y"]!["$ref"]!.GetValue<string>());
    }
}

[Collection<ArticlesService>]
public sealed class ArticleInterfaceTests(ArticlesService articles)
{
    [Fact]
    public async Task An_article_is_described_in_each_of_its_media_types()
    {
        using var reader = articles.Client();
        var document = await OpenApi.Of(reader, "articles", TestContext.Current.CancellationToken);
        var forms = document["paths"]!["/api/articles/{id}"]!["get"]!["responses"]!["200"]!["content"]!.AsObject();
        Assert.Equal(["application/json", "text/markdown", "text/plain"], forms.Select(f => f.Key).Order(StringComparer.Ordinal));
        Assert.Equal("#/components/schemas/ArticleView", forms["application/json"]!["schema"]!["$ref"]!.GetValue<string>());
        Assert.Equal("string", forms["text/markdown"]!["schema"]!["type"]!.GetValue<string>());
        Assert.StartsWith("# ", forms["text/markdown"]!["example"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(forms["application/json"]!["example"]!["title"]);
    }
}

[Collection<FeedbackService>]
public sealed class FeedbackInterfaceTests(FeedbackService feedback)
{
    [Fact]
    public async Task The_example_for_an_unusable_selection_matches_the_actual_rejection()
    {
        using var reader = feedback.Client();
        var document = await OpenApi.Of(reader, "feedback", TestContext.Current.CancellationToken);
        Assert.Equal(
            "#/components/responses/NotTaken",
            document["paths"]!["/api/feedback/typos"]!["post"]!["responses"]!["422"]!["$ref"]!.GetValue<string>());
        var described = document["components"]!["responses"]!["NotTaken"]!["content"]!["application/problem+json"]!["example"]!;
        var refused = await reader.Send("POST /api/feedback/typos", new { articleId = Some.Id(), selection = new string('x', 300) });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var answered = JsonNode.Parse(refused.Body)!;
        Assert.All(
            ["type", "title", "detail"],
            field => Assert.Equal(described[field]!.GetValue<string>(), answered[field]!.GetValue<string>()));
        Assert.Null(document["paths"]!["/api/feedback/messages"]!["post"]!["responses"]!["422"]);
    }
}

public sealed class DocumentationTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task The_documentation_page_loads_nothing_from_other_sites()
    {
        using var reader = gateway.Client();
        using var page = await reader.GetAsync("/docs/", TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(page.IsSuccessStatusCode, html);
        Assert.Contains("openapi.json", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        const string Opening = "<script type=\"module\">";
        var start = html.LastIndexOf(Opening, StringComparison.Ordinal) + Opening.Length;
        var inline = html[start..html.LastIndexOf("</script>", StringComparison.Ordinal)];
        Assert.Contains("initialize(", inline, StringComparison.Ordinal);
        Assert.Contains(
            $"script-src 'self' 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}';",
            policy,
            StringComparison.Ordinal);
    }
}
