using System.Security.Cryptography;
using Kit;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Integration.Articles;

/// <summary>Invalid input is answered with a problem document, and nothing is stored.</summary>
[Collection<ArticlesService>]
public class RefusalTests(ArticlesService service) : IDisposable
{
    private readonly Editor _editor = new(service.Client("editor"));

    private const string Text = "\"translations\":{\"en\":{\"title\":\"T\",\"body\":\"<p>x</p>\"}}";

    [Theory]
    [InlineData("{\"section\":", "section")]
    [InlineData("nonsense", "body")]
    [InlineData("", "body")]
    [InlineData("[]", "wrong type")]
    [InlineData("null", "body")]
    [InlineData("{\"section\":\"news\"}", "missing 'translations'")]
    [InlineData("{\"section\":7," + Text + "}", "section")]
    [InlineData("{\"section\":null," + Text + "}", "section")]
    [InlineData("{\"section\":\"news\",\"titel\":\"x\"," + Text + "}", "titel")]
    [InlineData("{\"section\":\"news\",\"tags\":\"trade\"," + Text + "}", "tags")]
    [InlineData("{\"section\":\"news\",\"tags\":[null]," + Text + "}", "tags")]
    [InlineData("{\"section\":\"news\",\"tags\":[\"Not A Tag\"]," + Text + "}", "tags")]
    [InlineData("{\"section\":\"news\",\"occurredOn\":\"yesterday\"," + Text + "}", "occurredOn")]
    [InlineData("{\"section\":\"news\",\"translations\":{}}", "translations")]
    [InlineData("{\"section\":\"news\",\"translations\":{\"en\":null}}", "translations")]
    [InlineData("{\"section\":\"news\",\"translations\":{\"fr\":{\"title\":\"T\",\"body\":\"x\"}}}", "translations.fr")]
    [InlineData("{\"section\":\"news\",\"translations\":{\"en\":{\"title\":\" \",\"body\":\"x\"}}}", "translations.en.title")]
    [InlineData("{\"section\":\"nowhere\"," + Text + "}", "nowhere")]
    public async Task A_malformed_draft_is_rejected_with_the_name_of_the_field(string body, string expected)
    {
        await _editor.Section("news");
        await Refused(400, expected, $"PUT /api/articles/{Some.Id()}", body);
    }

    [Fact]
    public async Task A_text_with_a_null_character_is_rejected() =>
        await Refused(
            400,
            "U+0000",
            $"PUT /api/articles/{Some.Id()}",
            $"{{\"section\":\"{await _editor.Section()}\",\"translations\":{{\"en\":{{\"title\":\"a\\u0000b\",\"body\":\"x\"}}}}}}");

    [Theory]
    [InlineData("POST /api/articles/{id}/publish", "*")]
    [InlineData("POST /api/articles/{id}/retract", "*")]
    [InlineData("GET /api/articles/{id}/draft", null)]
    [InlineData("GET /api/articles/{id}", null)]
    [InlineData("GET /api/articles/no-such-slug", null)]
    [InlineData("GET /api/nowhere", null)]
    public Task An_unknown_article_or_address_is_not_found(string call, string? ifMatch) =>
        Refused(
            404,
            "",
            call.Replace("{id}", $"{Some.Id()}", StringComparison.Ordinal),
            call.EndsWith("retract", StringComparison.Ordinal) ? "{\"note\":\"n\"}" : null,
            ifMatch);

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("lang=fr", "lang")]
    public Task A_list_request_with_invalid_parameters_is_rejected(string query, string expected) =>
        Refused(400, expected, $"GET /api/articles?{query}");

    [Fact]
    public Task An_unsupported_method_is_rejected() => Refused(405, "method", "DELETE /api/sections/news");

    [Fact]
    public Task An_unsupported_media_type_is_rejected() =>
        Refused(
            415, "application/json", $"PUT /api/articles/{Some.Id()}", "section=news", contentType: "application/x-www-form-urlencoded");

    [Fact]
    public Task A_body_that_is_too_large_is_rejected() =>
        Refused(413, "bytes", $"PUT /api/articles/{Some.Id()}", $"{{\"section\":\"{new string('x', 1024 * 1024)}\"}}");

    [Fact]
    public async Task A_change_without_a_version_is_rejected()
    {
        var section = await _editor.Section();
        var id = await _editor.Drafts(section);
        await Refused(428, "If-Match", $"PUT /api/articles/{id}", Editor.Draft(section, "Other"));
        await Refused(428, "If-Match", $"POST /api/articles/{id}/publish");
    }

    [Fact]
    public async Task A_change_of_an_outdated_version_is_rejected()
    {
        var section = await _editor.Section();
        var id = await _editor.Publishes(section);
        await Refused(412, "", $"PUT /api/articles/{id}", Editor.Draft(section, "Other"), "\"1\"");
        await Refused(412, "", $"POST /api/articles/{id}/retract", new { note = "n" }, "\"3\"");
        await Refused(412, "", $"PUT /api/articles/{Some.Id()}", Editor.Draft(section, Some.Word("t")), "\"1\"");
        await Refused(400, "If-Match", $"PUT /api/articles/{id}", Editor.Draft(section, "Other"), "2");
    }

    [Fact]
    public async Task A_draft_cannot_be_retracted() =>
        await Refused(
            409, "never published", $"POST /api/articles/{await _editor.Drafts(await _editor.Section())}/retract", new { note = "n" }, "*");

    [Fact]
    public async Task A_slug_of_another_article_is_rejected()
    {
        var section = await _editor.Section();
        var title = Some.Word("taken");
        await _editor.Drafts(section, title);
        await Refused(
            409,
            title,
            $"PUT /api/articles/{Some.Id()}",
            new { section, translations = new { en = new { title = "Other", slug = title, body = "<p>x</p>" } } });
    }

    [Fact]
    public async Task A_publication_date_in_the_future_is_rejected() =>
        await Refused(
            400,
            "publishedAt",
            $"POST /api/articles/{await _editor.Drafts(await _editor.Section())}/publish",
            new { publishedAt = "2999-01-01T00:00:00Z" },
            "*");

    [Theory]
    [InlineData("publishedAt", "publish", "0001-01-01T00:00:00Z")]
    [InlineData("at", "schedule", "9999-12-31T23:59:59Z")]
    public async Task A_date_at_the_end_of_the_calendar_is_rejected(string field, string verb, string at) => await Refused(
        400,
        field,
        $"POST /api/articles/{await _editor.Drafts(await _editor.Section())}/{verb}",
        new Dictionary<string, string> { [field] = at },
        "*");

    [Theory]
    [InlineData("/api/archive?month=9999-12", 400, "month")]
    [InlineData("/api/archive?month=0001-01", 400, "month")]
    [InlineData("/api/links?asOf=9999-12-31", 400, "asOf")]
    [InlineData("/api/articles/no-such-slug?asOf=9999-12-31T23:59:59Z", 400, "asOf")]
    [InlineData("/api/most-discussed?days=99999999999", 400, "days")]
    [InlineData("/api/most-read?days=91", 400, "days")]
    [InlineData("/api/most-read?days=0", 400, "days")]
    [InlineData("/api/most-read?limit=101", 400, "limit")]
    [InlineData("/sitemap-9999-12-1.xml", 404, "month")]
    [InlineData("/sitemap-2026-01-2147483647.xml", 404, "part")]
    [InlineData("/sitemap-2026-01-99999999999.xml", 404, "")]
    public Task An_address_with_an_extreme_date_or_number_is_rejected(string path, int status, string expected) =>
        Refused(status, expected, $"GET {path}");

    [Theory]
    [InlineData("moderator")]
    [InlineData("operator", "admin")]
    [InlineData("none-of-ours")]
    public async Task Other_roles_cannot_write(params string[] roles)
    {
        using var client = service.Client(roles);
        await Refused(403, "role", $"PUT /api/articles/{Some.Id()}", "{}", client: client);
    }

    [Fact]
    public async Task Writing_requires_a_token()
    {
        using var client = service.Client();
        await Refused(401, "token", $"PUT /api/articles/{Some.Id()}", "{}", client: client);
    }

    public static TheoryData<string, string> BadTokens { get; } = new()
    {
        { "expired", Tokens.SignedWith(["editor"], Tokens.Ours, DateTime.UnixEpoch.AddYears(50)) },
        { "for another audience", Tokens.SignedWith(["editor"], Tokens.Ours, DateTime.UnixEpoch.AddYears(100), "another") },
        { "not signed", Tokens.SignedWith(["editor"], null, DateTime.UnixEpoch.AddYears(100)) },
        {
            "signed by a stranger",
            Tokens.SignedWith(
                ["editor"],
                new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)), SecurityAlgorithms.RsaSha256),
                DateTime.UnixEpoch.AddYears(100))
        },
        {
            "signed with our public key as a shared secret",
            Tokens.SignedWith(["editor"], Tokens.PublicKeyAsSecret, DateTime.UnixEpoch.AddYears(100))
        },
        { "truncated", Tokens.For("editor")[..^9] },
        { "nonsense", "a.b.c" },
    };

    [Theory]
    [MemberData(nameof(BadTokens), DisableDiscoveryEnumeration = true)]
    public async Task An_invalid_token_is_rejected(string reason, string token)
    {
        using var client = service.ClientWithToken(token);
        Assert.NotEmpty(reason);
        await Refused(401, "token", $"PUT /api/articles/{Some.Id()}", "{}", client: client);
    }

    private async Task Refused(
        int status,
        string expected,
        string call,
        object? body = null,
        string? ifMatch = null,
        HttpClient? client = null,
        string contentType = "application/json")
    {
        var before = await service.EventsStored();
        (await (client ?? _editor.Http).Send(call, body, ifMatch, contentType: contentType)).IsProblem(status, expected);
        Assert.Equal(before, await service.EventsStored());
    }

    public void Dispose() => _editor.Dispose();
}
