using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Web;

/// <summary>The request is invalid: answered with 400, the field, and how to correct it.</summary>
public sealed class Malformed(string where, string fix) : Exception(fix)
{
    /// <summary>The invalid field or header.</summary>
    public string Field => where;
}

/// <summary>Explains the exceptions of a dependency, such as the database.</summary>
public interface IProblemSource
{
    /// <summary>The problem document for an exception of this dependency; null for any other exception.</summary>
    /// <param name="exception">The exception that was thrown.</param>
    /// <param name="zero">The field of the request that contains U+0000, if there is one.</param>
    ProblemDetails? ToProblem(Exception exception, string zero);
}

/// <summary>
/// Turns every rejection into an RFC 9457 problem: invalid 400, not permitted 403, unknown 404, impossible in the current state 409, stale
/// 412, version missing 428, contention 503.
/// </summary>
public static partial class Problems
{
    internal static void AddProblems(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IProblemDetailsService, ForEveryClient>();
        builder.Services.AddProblemDetails(
            o => o.CustomizeProblemDetails = context => Complete(context.ProblemDetails, context.HttpContext));
        builder.Services.AddExceptionHandler<ExceptionToProblem>();
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
    }

    internal static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // Errors that the caller caused are answered, but not logged as errors of the service.
            SuppressDiagnosticsCallback = context => Explain(context.HttpContext, context.Exception) is { Status: < 500 },
        });
        app.UseStatusCodePages();
    }

    /// <summary>
    /// The problem document for an exception that the request caused; null for any other exception. Dependencies explain their exceptions
    /// themselves (<see cref="IProblemSource"/>).
    /// </summary>
    public static ProblemDetails? ToProblem(Exception exception) => exception switch
    {
        Malformed e => Invalid(e.Field, e.Message),
        Rejected e => Problem(409, "rejected", "The current state does not allow this", e.Message),
        Contention e => Problem(503, "contention", "Too many change the same thing at once", e.Message),
        NotFound e => Problem(404, "not-found", "There is no such thing", e.Message),
        SecondPersonRequired e => Problem(403, "second-person-required", "A second person must do this", e.Message),
        Forbidden e => Problem(403, "forbidden", "This is not yours to do", e.Message),
        Stale e => Problem(412, "stale-version", "Somebody changed it since you read it", e.Message),
        VersionRequired e => Problem(428, "version-required", "Say which version you have seen", e.Message),
        TooLarge e => Problem(413, "too-large", "The request body is too large", e.Message),
        BadHttpRequestException { InnerException: JsonException e } => Invalid(e.Path is null or "$" ? "body" : e.Path, Explain(e)),
        BadHttpRequestException { StatusCode: 413 } =>
            Problem(413, "too-large", "The request body is too large", $"At most {Limits.Body} bytes are accepted."),
        BadHttpRequestException e when e.Message.StartsWith("Implicit body inferred", StringComparison.Ordinal) =>
            Invalid("body", "is missing; send it as application/json"),
        BadHttpRequestException e when Unbound().Match(e.Message) is { Success: true } unbound =>
            Invalid(unbound.Groups[2].Value, Form(unbound.Groups[1].Value)),
        BadHttpRequestException e when Absent().Match(e.Message) is { Success: true } absent =>
            Invalid(absent.Groups[1].Value, "is missing"),
        BadHttpRequestException e => Problem(e.StatusCode, "bad-request", "The request cannot be understood", e.Message),
        RegexMatchTimeoutException => Invalid("body", "takes too long to process; make it shorter or simpler"),
        _ => null,
    };

    private const string InvalidType = "urn:problem-type:invalid-request", InvalidTitle = "The request is not valid";

    /// <summary>A problem document with the type <c>urn:problem-type:</c> and this name.</summary>
    public static ProblemDetails Problem(int status, string type, string title, string detail) =>
        new() { Status = status, Type = $"urn:problem-type:{type}", Title = title, Detail = detail };

    /// <summary>The problem document for an invalid field.</summary>
    public static HttpValidationProblemDetails Invalid(string field, string fix) =>
        new(new Dictionary<string, string[]> { [field] = [fix] })
        {
            Status = 400,
            Type = InvalidType,
            Title = InvalidTitle,
            Detail = $"{field}: {fix}",
        };

    private static void Complete(ProblemDetails problem, HttpContext http)
    {
        problem.Instance ??= http.Request.Path;
        if (problem is HttpValidationProblemDetails { Detail: null } invalid) // from the validation of data annotations
        {
            (invalid.Type, invalid.Title) = (InvalidType, InvalidTitle);
            invalid.Errors = invalid.Errors.ToDictionary(e => AsWritten(e.Key), e => e.Value.Select(v => AsWritten(v, e.Key)).ToArray());
            invalid.Detail = string.Join(" ", invalid.Errors.Select(e => $"{e.Key}: {string.Join(' ', e.Value)}"));
        }
        if (problem.Status is 502 or 503 or 504) http.Response.Headers.RetryAfter = "3";
        problem.Detail ??= problem.Status switch
        {
            401 => "Send a valid token: Authorization: Bearer <token>.",
            403 => "Your token does not have a role that permits this request.",
            404 => "Nothing is served at this address.",
            405 => "This address does not support that method.",
            413 => $"At most {Limits.Body} bytes are accepted.",
            415 => "Send the body as application/json.",
            500 => "An internal error occurred. Quote this traceId when you report it.",
            502 or 503 =>
                "The service is temporarily unavailable. Reads can be retried, and so can writes that carry an Idempotency-Key or "
                + "If-Match.",
            504 => "The service did not answer in time. Check whether your write took effect before you send it again.",
            _ => null,
        };
    }

    /// <summary>The name of a field as callers write it: <c>rates[0].numCode</c> for the property <c>Rates[0].NumCode</c>.</summary>
    private static string AsWritten(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    /// <summary>The message of a validation attribute, with the property name replaced by the field name.</summary>
    private static string AsWritten(string message, string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return message.Replace($"The {name} field", $"The {AsWritten(name)} field", StringComparison.Ordinal)
            .Replace($"The field {name} ", $"The field {AsWritten(name)} ", StringComparison.Ordinal);
    }

    /// <summary>Explains a JSON error to the caller. The message of the JSON reader names .NET types, which callers do not know.</summary>
    private static string Explain(JsonException e)
    {
        if (Missing().Match(e.Message) is { Success: true } missing) return $"is missing {missing.Groups[1].Value}";
        if (Unknown().Match(e.Message) is { Success: true } unknown)
            return $"has no property '{unknown.Groups[1].Value}' here; remove it or correct its name";
        if (e.Message.Contains("doesn't allow null", StringComparison.Ordinal)) return "must not be null";
        if (e.Message.Contains("could not be converted", StringComparison.Ordinal)) return "has a value of the wrong type or form";
        return e.Message.IndexOf(" Path: ", StringComparison.Ordinal) is > 0 and var end ? e.Message[..end] : e.Message;
    }

    /// <summary>The form of a value of a type in a URL.</summary>
    private static string Form(string type) => type switch
    {
        _ when type.Contains(nameof(DateOnly), StringComparison.Ordinal) => "must be a date such as 2026-04-24",
        _ when type.Contains(nameof(DateTimeOffset), StringComparison.Ordinal) => "must be an instant such as 2026-04-24T14:00:00Z",
        _ when type.Contains("int", StringComparison.Ordinal) => $"must be a whole number of at most {int.MaxValue}",
        _ when type.Contains("long", StringComparison.Ordinal) => $"must be a whole number of at most {long.MaxValue}",
        _ when type.Contains("bool", StringComparison.Ordinal) => "must be true or false",
        _ when type.Contains(nameof(Guid), StringComparison.Ordinal) => "must be a UUID",
        _ => "has a value of the wrong form",
    };

    // Messages of ASP.NET Core about parameters that it cannot bind; they name .NET types.
    [GeneratedRegex("^Failed to bind parameter \"(.+) ([A-Za-z_]+)\" from \"")]
    private static partial Regex Unbound();

    [GeneratedRegex("^Required parameter \".+ ([A-Za-z_]+)\" was not provided from ")]
    private static partial Regex Absent();

    [GeneratedRegex("missing required properties including: (.+?)\\.")]
    private static partial Regex Missing();

    [GeneratedRegex("The JSON property '(.+?)' could not be mapped")]
    private static partial Regex Unknown();

    internal static ProblemDetails? Explain(HttpContext http, Exception exception)
    {
        var zero = http.Request.Query.FirstOrDefault(p => p.Value.Any(v => v?.Contains('\0') == true)).Key ?? "body";
        return ToProblem(exception) ?? http.RequestServices.GetServices<IProblemSource>()
            .Select(source => source.ToProblem(exception, zero))
            .FirstOrDefault(problem => problem is not null);
    }

    private sealed class ExceptionToProblem(IProblemDetailsService problems) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
        {
            if (Explain(http, exception) is not { } problem) return false;
            http.Response.StatusCode = problem.Status!.Value;
            return await problems.TryWriteAsync(new() { HttpContext = http, ProblemDetails = problem, Exception = exception });
        }
    }

    /// <summary>
    /// Writes problem documents for every <c>Accept</c> header. The service of ASP.NET Core writes none if the header does not name JSON,
    /// as with browsers: errors would have no body, and rejections would become 500.
    /// </summary>
    private sealed class ForEveryClient(IEnumerable<IProblemDetailsWriter> writers) : IProblemDetailsService
    {
        private readonly IProblemDetailsWriter _writer = writers.Last();

        public ValueTask WriteAsync(ProblemDetailsContext context) => _writer.WriteAsync(context);

        public async ValueTask<bool> TryWriteAsync(ProblemDetailsContext context)
        {
            if (context.HttpContext.Response.HasStarted) return false;
            await _writer.WriteAsync(context);
            return true;
        }
    }
}
