using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace Unit.Gateway;

/// <summary>Tests the checker that finds undescribed responses in an OpenAPI document.</summary>
public class UndescribedTests
{
    [Theory]
    [InlineData("get", """{"200":{}}""", "get /x 200")]
    [InlineData("get", """{"200":{"content":{"application/json":{"example":1}}}}""", "get /x 200")]
    [InlineData("get", """{"200":{"content":{"application/json":{"schema":{"type":"integer"}}}}}""", "get /x 200")]
    [InlineData("post", """{"202":{"content":{"application/json":{"schema":{},"example":1}}}}""", "post /x 202")]
    [InlineData("post", """{"201":{}}""", "post /x 201")]
    [InlineData("get", """{"200":{"content":{"application/json":{"schema":{"type":"integer"},"example":1}}},"404":{}}""", null)]
    [InlineData("put", """{"201":{},"204":{}}""", null)]
    [InlineData("head", """{"200":{}}""", null)]
    public void A_response_with_a_body_needs_a_schema_and_an_example(string method, string responses, string? found)
    {
        string[] expected = found is null ? [] : [found];
        var document = new JsonObject
        {
            ["paths"] = new JsonObject
            {
                ["/x"] = new JsonObject { [method] = new JsonObject { ["responses"] = JsonNode.Parse(responses) } },
            },
        };
        Assert.Equal(expected, OpenApi.Undescribed(document, out _));
    }
}
