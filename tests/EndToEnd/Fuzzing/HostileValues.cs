using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd.Fuzzing;

/// <summary>Values that often cause errors: ends of ranges, wrong types, control and invisible characters, deep nesting.</summary>
internal static class HostileValues
{
    public static readonly IReadOnlyList<string> Texts =
    [
        "", " ", "\0", "\u0001", "a\u000Bb", "\r\n", "\u200B", "\u200E\u00AD\uFEFF", "\u2800", "\u0301", "&nbsp;",
        "\U0001F600\u202E\uFFFF", "e\uFFFE\u0301",
        "и\u0306", new('x', 300), new('Ж', 5000), "%", "%00", "%zz", "../../etc/passwd", "a/b", "'", "\"", "\\", "' or 1=1 --", "*", "?",
        "#",
        "null", "true", "{}", "[]", "{{x}}", "${x}", "<script>alert(1)</script>", "<!--", "]]>", "[a](//spam.example)", "~~~word",
        "-1", "0", "1", "101", "2147483648", "-9223372036854775809", "99999999999999999999", "1e309", "NaN", "0x10", "1,5", "٣", "1.5",
        "0001-01-01", "0000-00-00", "9999-12-31", "9999-12", "0001-01", "2025-02-30", "2025-13", "-0001-01-01", "+10000-01-01",
        "2025-04-05",
        "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "2025-04-05T10:00:00+03:00", "2025-04-05T10:00:00", "31.12.9999",
        "01/01/0001",
        "0001-01-01..9999-12-31", "2025-04-05..", "9999-12-31..", "..", "1990-01-01..2025-01-01", "00000000-0000-0000-0000-000000000000",
        "0196a00000007000800000000000010a", "en", "xx", "ru,en;q=0.5", "RUB", "rub", "USD,EUR,XXX", "eyJpZCI6IjEifQ", "W10", "bnVsbA",
        "e30",
        Nested("- "), Nested("> "), Nested("("), Nested("["), Nested("*"), Nested("\""), Nested("a OR "), Nested("<div>"), Nested("-"),
        Nested("! & | "),
        "urn:x", "javascript:alert(1)", "http://", "//example.org", "https://example.org/\u0000", "ann@example.org", "a@b", "@",
        "ann+2@example.org",
    ];

    /// <summary>JSON as text, because a serialiser would not produce it.</summary>
    public static readonly IReadOnlyList<string> RawJson =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-1e400", "2147483648", "99999999999999999999999999999999",
        "0.00000000000000000000000000000001",
        "\"\\ud800\"", "\"\\u0000\"", "\"\\udc00\\ud800\"", "[]", "{}", "[null]", "[[]]", "{\"\":null}", "[\"\"]", "{\"en\":null}",
        "{\"xx\":\"x\"}",
        new string('[', 60) + new string(']', 60), new string('[', 200) + new string(']', 200), Objects(70),
        "[" + string.Join(',', Enumerable.Repeat("\"x\"", 1000)) + "]", "{\"$type\":\"System.String\"}", "{\"a\":1,\"a\":2}",
    ];

    public static readonly IReadOnlyList<byte[]> Bodies =
    [
        [], "{"u8.ToArray(), "{}"u8.ToArray(), "null"u8.ToArray(), "[]"u8.ToArray(), "\"\""u8.ToArray(), "{}{}"u8.ToArray(),
        "\uFEFF{}"u8.ToArray(), [0xFF, 0xFE, 0x00],
        [0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A, 0x31, 0x7D], "<"u8.ToArray(),
        "<?xml version=\"1.0\"?><rss><channel><item/></channel></rss>"u8.ToArray(),
        "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><rss>&y;</rss>"u8.ToArray(), "\n\n\n"u8.ToArray(),
        "{}\n{\n[]\n"u8.ToArray(),
        Encoding.UTF8.GetBytes(Objects(500)), "a=b&c=d"u8.ToArray(),
    ];

    private static string Nested(string token) => string.Concat(Enumerable.Repeat(token, 200)) + "a";

    private static string Objects(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    /// <summary>A copy of <paramref name="node"/> with one value somewhere in it replaced, removed or added.</summary>
    public static JsonNode? Mutated(JsonNode? node, Random random, Func<JsonNode?> value)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members when random.Next(6) > 0:
                var (name, member) = members.ElementAt(random.Next(members.Count));
                var changed = members.DeepClone().AsObject();
                if (random.Next(8) == 0) changed.Remove(name);
                else changed[name] = Mutated(member, random, value);
                if (random.Next(20) == 0) changed["unknown"] = value();
                return changed;
            case JsonArray { Count: > 0 } items when random.Next(4) > 0:
                var list = items.DeepClone().AsArray();
                var at = random.Next(list.Count);
                list[at] = Mutated(items[at], random, value);
                return list;
            default:
                return value();
        }
    }
}
