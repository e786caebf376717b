extern alias gateway;

using System.Text.Json.Nodes;
using Integration.CurrencyRates;
using Kit;
using Xunit;

namespace Integration.Gateway;

/// <summary>The description of the interfaces, as a judge that others wrote reads it.</summary>
public sealed class InterfaceTests(SeededFixture rates) : IClassFixture<SeededFixture>
{
    [Fact]
    public async Task A_service_describes_every_operation_with_roles_errors_and_an_example_and_no_rule_is_broken()
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
    public async Task An_answer_has_the_schema_of_what_is_answered()
    {
        using var reader = rates.Client();
        var document = JsonNode.Parse(await reader.GetStringAsync("/openapi/currency-rates.json", TestContext.Current.CancellationToken))!;
        var answer = document["paths"]!["/api/rates"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!;
        Assert.Equal("#/components/schemas/RatesView", answer["schema"]!["$ref"]!.GetValue<string>());
        var schema = document["components"]!["schemas"]!["RatesView"]!["properties"]!.AsObject().Select(p => p.Key).ToArray();
        var real = JsonNode.Parse(await reader.GetStringAsync("/api/rates?date=2025-04-05", TestContext.Current.CancellationToken))!.AsObject().Select(p => p.Key);
        Assert.All(real, property => Assert.Contains(property, schema));
        Assert.Equal(2, document["paths"]!["/v1/{period}"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["oneOf"]!.AsArray().Count); // a day or a range
        Assert.All(answer["example"]!.AsObject().Select(p => p.Key), property => Assert.Contains(property, schema));
    }

    [Fact]
    public void One_document_of_several_keeps_apart_what_only_has_the_same_name()
    {
        static JsonObject Service(string path, string type) => JsonNode.Parse("""
            {"info":{"version":"1"},"tags":[{"name":"PATH"}],"paths":{"/PATH":{"get":{"x":{"$ref":"#/components/schemas/Item"},"y":{"$ref":"#/components/schemas/Same"}}}},
             "components":{"schemas":{"Item":{"type":"TYPE"},"Same":{"type":"string"}}}}
            """.Replace("PATH", path, StringComparison.Ordinal).Replace("TYPE", type, StringComparison.Ordinal))!.AsObject();
        var merged = gateway::Gateway.Interfaces.Merge([("first", Service("a", "string")), ("second-one", Service("b", "integer"))]);
        Assert.Equal(["Item", "Same", "SecondOneItem"], merged["components"]!["schemas"]!.AsObject().Select(s => s.Key));
        Assert.Equal("#/components/schemas/SecondOneItem", merged["paths"]!["/b"]!["get"]!["x"]!["$ref"]!.GetValue<string>());
        Assert.Equal("#/components/schemas/Item", merged["paths"]!["/a"]!["get"]!["x"]!["$ref"]!.GetValue<string>());
        Assert.Equal("#/components/schemas/Same", merged["paths"]!["/b"]!["get"]!["y"]!["$ref"]!.GetValue<string>());
    }
}

public sealed class DocumentationTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task The_page_asks_nobody_but_this_gateway()
    {
        using var reader = gateway.Client();
        using var page = await reader.GetAsync("/docs/", TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(page.IsSuccessStatusCode, html);
        Assert.Contains("openapi.json", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
    }
}
