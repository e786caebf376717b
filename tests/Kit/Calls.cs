using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Platform.Web;
using Xunit;

namespace Kit;

/// <summary>Extension methods that send an HTTP request in one line. A request is cancelled if its test is cancelled.</summary>
public static class Calls
{
    /// <summary>
    /// Sends a request. <paramref name="call"/> is a method and an address: <c>PUT /api/sections/news</c>. A <paramref name="body"/> that
    /// is a string is sent unchanged, any other object as JSON. <paramref name="key"/> is the Idempotency-Key.
    /// </summary>
    public static async Task<Answer> Send(
        this HttpClient client,
        string call,
        object? body = null,
        string? ifMatch = null,
        string? key = null,
        string contentType = "application/json")
    {
        var (method, address) = call.Split(' ', 2) is [var m, var a] ? (m, a) : throw new ArgumentException(call);
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), address);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is string text) request.Content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        else if (body is not null) request.Content = JsonContent.Create(body);
        // Send a long body only after "100 Continue": a service that rejects the body closes the connection, and a client that is still
        // writing can miss the answer.
        request.Headers.ExpectContinue = body is string { Length: > 100_000 };
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            answer.StatusCode,
            answer.Headers.ETag?.Tag,
            answer.Content.Headers.ContentType?.MediaType,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Sends a GET, which must succeed, and returns the deserialised body.</summary>
    public static async Task<T> Get<T>(this HttpClient client, string address) =>
        (await client.Send($"GET {address}")).Is(HttpStatusCode.OK).As<T>();

    /// <summary>Reads all pages of a list by their cursors. <paramref name="between"/> runs between two pages.</summary>
    public static async Task<List<T>> Walk<T>(this HttpClient client, string address, Func<Task>? between = null)
    {
        var (items, page) = (new List<T>(), await client.Get<Page<T>>(address));
        for (items.AddRange(page.Items); page.Next is not null; items.AddRange(page.Items))
        {
            if (between is not null) await between();
            page = await client.Get<Page<T>>($"{address}&cursor={page.Next}");
        }
        return items;
    }
}

/// <summary>An HTTP response with its complete body.</summary>
public sealed record Answer(HttpStatusCode Status, string? ETag, string? MediaType, string Body)
{
    // Clients of the API tolerate missing properties: a property that is null is not sent.
    private static readonly JsonSerializerOptions Tolerant = new(Json.Http)
    {
        RespectRequiredConstructorParameters = false,
        RespectNullableAnnotations = false,
    };

    public T As<T>() => JsonSerializer.Deserialize<T>(Body, Tolerant)!;

    public Answer Is(HttpStatusCode status)
    {
        if (Status != status) Assert.Fail($"expected status {(int)status}, but got {(int)Status}: {Body}");
        return this;
    }

    /// <summary>Asserts that this is an RFC 9457 problem with this status, and that its body contains <paramref name="says"/>.</summary>
    public Answer IsProblem(int status, string says = "")
    {
        Is((HttpStatusCode)status);
        Assert.Equal("application/problem+json", MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(Body);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Contains(says, Body, StringComparison.OrdinalIgnoreCase);
        return this;
    }
}
