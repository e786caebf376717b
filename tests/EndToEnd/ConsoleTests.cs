using System.Net;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>
/// The console through the gateway: its pages are never cached, and its sessions are valid at every replica of the portal.
/// </summary>
public class ConsoleTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    [Fact]
    public async Task Console_pages_are_never_cached()
    {
        using var person = await SignedIn();
        foreach (var path in new[]
        {
            "/console",
            "/console/replays",
            "/console/sign-in",
            $"/console/sign-in/{new string('0', 48)}",
            "/console/language/ru",
        })
            for (var i = 0; i < 2; i++)
            {
                using var answer = await person.GetAsync(path, Cancelled);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found, $"{path} answers {answer.StatusCode}");
                Assert.True(answer.Headers.CacheControl?.NoStore, $"{path} may be stored by a cache");
                Assert.False(answer.Headers.Contains("Cache-Status"), $"{path} passed through the cache");
                Assert.DoesNotContain(
                    "unsafe-eval", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            }
        using var anonymous = At(new CookieContainer());
        using var refused = await anonymous.GetAsync("/console", Cancelled);
        Assert.Equal(HttpStatusCode.Found, refused.StatusCode);
        Assert.StartsWith("/console/sign-in", new Uri(Platform.Address, refused.Headers.Location!).AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_signed_in_people_can_open_a_console_connection()
    {
        using var person = await SignedIn();
        using var opened = await person.PostAsync("/console/_blazor/negotiate?negotiateVersion=1", null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        using var anonymous = At(new CookieContainer());
        using var refused = await anonymous.PostAsync("/console/_blazor/negotiate?negotiateVersion=1", null, Cancelled);
        Assert.NotEqual(HttpStatusCode.OK, refused.StatusCode);
    }

    [Fact]
    public async Task A_form_on_another_site_cannot_sign_anybody_in_or_out()
    {
        using var anonymous = At(new CookieContainer());
        foreach (var form in new[] { Form(await Link()), new HttpRequestMessage(HttpMethod.Post, "/console/sign-out") })
        {
            using var request = form;
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            using var answer = await anonymous.SendAsync(request, Cancelled);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_session_is_valid_at_every_replica_and_a_link_signs_in_only_once()
    {
        await Platform.Script("scale", "portal=2");
        try
        {
            var cookies = new CookieContainer();
            using var person = await SignedIn(cookies);
            var replica = cookies.GetAllCookies().Single(c => c.Name == "console-replica");
            Assert.Equal("/console", replica.Path);
            using var reader = await Platform.Reader.GetAsync("/en/states", Cancelled);
            Assert.False(reader.Headers.Contains("Set-Cookie"));

            // Without the cookie that names a replica, a request goes to either of them.
            for (var i = 0; i < 8; i++)
            {
                replica.Expired = true;
                using var answer = await person.GetAsync("/console/replays", Cancelled);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                replica = cookies.GetAllCookies().Single(c => c.Name == "console-replica");
            }

            var link = await Link();
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                using var visitor = At(new CookieContainer());
                using var answer = await visitor.SendAsync(Form(link), Cancelled);
                return answer.StatusCode;
            }));
            Assert.Equal(1, answers.Count(a => a == HttpStatusCode.Found));
            Assert.Equal(7, answers.Count(a => a == HttpStatusCode.Gone));

            // Signing out ends the session at both replicas, also for a copy of its cookie.
            var copy = new CookieContainer();
            var console = cookies.GetAllCookies().Single(c => c.Name == "console").Value;
            copy.Add(new Cookie("console", console, "/console", Platform.Address.Host));
            using var attacker = At(copy);
            Assert.Equal(HttpStatusCode.OK, (await attacker.GetAsync("/console/replays", Cancelled)).StatusCode);
            Assert.Equal(HttpStatusCode.Found, (await person.PostAsync("/console/sign-out", null, Cancelled)).StatusCode);
            for (var i = 0; i < 8; i++)
            {
                foreach (Cookie cookie in copy.GetAllCookies()) cookie.Expired = cookie.Name == "console-replica";
                Assert.Equal(HttpStatusCode.Found, (await attacker.GetAsync("/console/replays", Cancelled)).StatusCode);
            }
        }
        finally
        {
            await Platform.Script("scale", "portal=1");
        }
    }

    private Task<string> Link() => Platform.SignInLink("admin");

    private async Task<HttpClient> SignedIn(CookieContainer? cookies = null)
    {
        var person = At(cookies ?? new CookieContainer());
        using var signedIn = await person.SendAsync(Form(await Link()), Cancelled);
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        return person;
    }

    /// <summary>
    /// The request that the button on the page of a sign-in link sends. The code in the fragment of the link goes into the body. Links of
    /// an earlier version of the script have the code in the path.
    /// </summary>
    private static HttpRequestMessage Form(string link) => new Uri(link) is { Fragment: ['#', .. var code] } address
        ? new(HttpMethod.Post, address.AbsolutePath) { Content = new FormUrlEncodedContent([KeyValuePair.Create("code", code)]) }
        : new(HttpMethod.Post, new Uri(link).AbsolutePath);

    private HttpClient At(CookieContainer cookies) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, CookieContainer = cookies })
        {
            BaseAddress = Platform.Address,
        };
}
