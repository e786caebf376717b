using System.Text.Json;
using System.Text.RegularExpressions;
using Marten.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.EventSourcing;
using RabbitMQ.Client.Exceptions;

namespace Platform.Hosting;

/// <summary>The request cannot be understood: 400, with the field and how to mend it.</summary>
public sealed class Malformed(string where, string mend) : Exception(mend)
{
    /// <summary>The field or header at fault.</summary>
    public string Field => where;
}

/// <summary>Every "no" towards HTTP, in one place, as an RFC 9457 problem: malformed 400, unknown 404, somebody else's 403, forbidden by
/// state 409, stale 412, no version 428, contention 503.</summary>
public static partial class Problems
{
    internal static void AddProblems(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IProblemDetailsService, ForEveryClient>();
        builder.Services.AddProblemDetails(
            o => o.CustomizeProblemDetails = context => Explain(context.ProblemDetails, context.HttpContext));
        builder.Services.AddExceptionHandler<ExceptionToProblem>();
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
    }

    internal static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // A request's own fault is the caller's news, not the operator's: it is answered, not logged as an error.
            SuppressDiagnosticsCallback = context => ToProblem(context.Exception) is { Status: < 500 },
        });
        app.UseStatusCodePages();
    }

    /// <summary>Why what was sent is refused, in words for its sender; null if it is not the sender's fault.</summary>
    public static string? Refusal(Exception exception) =>
        ToProblem(exception is JsonException ? new BadHttpRequestException("", exception) : exception) is { Status: < 500 } problem
            ? problem.Detail
            : null;

    /// <summary>What a caller is told of an exception that the request or an unavailable dependency caused; null for any other.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="zero">The field that holds U+0000, if the database says that one does.</param>
    public static ProblemDetails? ToProblem(Exception exception, string zero = "body") => exception switch
    {
        Malformed e => Invalid(e.Field, e.Message),
        Rejected e => Problem(409, "rejected", "The current state does not allow this", e.Message),
        Contention e => Problem(503, "contention", "Too many change the same thing at once", e.Message),
        NotFound e => Problem(404, "not-found", "There is no such thing", e.Message),
        Forbidden e => Problem(403, "forbidden", "This is not yours to do", e.Message),
        Stale e => Problem(412, "stale-version", "Somebody changed it since you read it", e.Message),
        VersionRequired e => Problem(428, "version-required", "Say which version you have seen", e.Message),
        BadHttpRequestException { InnerException: JsonException e } => Invalid(e.Path is null or "$" ? "body" : e.Path, Mend(e)),
        BadHttpRequestException { StatusCode: 413 } =>
            Problem(413, "too-large", "The request body is too large", $"At most {Limits.Body} bytes are accepted."),
        BadHttpRequestException e when Unbound().Match(e.Message) is { Success: true } unbound =>
            Invalid(unbound.Groups[2].Value, Form(unbound.Groups[1].Value)),
        BadHttpRequestException e when Absent().Match(e.Message) is { Success: true } absent =>
            Invalid(absent.Groups[1].Value, "is missing"),
        BadHttpRequestException e => Problem(e.StatusCode, "bad-request", "The request cannot be understood", e.Message),
        _ when (exception as PostgresException ?? (exception as MartenCommandException)?.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire =>
            Invalid(zero, "contains the character U+0000, which no text has; remove it"),
        RegexMatchTimeoutException => Invalid("body", "takes too long to read; make it shorter or simpler"),
        _ when WasTooSlow(exception) => Problem(
            503, "query-timeout", "The query takes too long", "Ask for less, such as fewer words or a shorter range, or retry later."),
        _ when Connections.IsReadOnly(exception) => Problem(
            503,
            "store-unavailable",
            "The database takes no writes",
            "It is read-only for now, for example while another server takes over. Repeat the request in a few seconds under the same id "
            + "or Idempotency-Key: that never does it twice."),
        _ when StoreIsAway(exception) => Problem(
            503,
            "store-unavailable",
            "The database does not answer",
            "Whether anything was stored is not certain. Repeat it in a few seconds under the same id or Idempotency-Key: that never "
            + "does it twice."),
        BrokerUnreachableException or AlreadyClosedException =>
            Problem(503, "broker-unavailable", "The broker does not answer", "Nothing was done. Repeat it when the broker is there again."),
        _ => null,
    };

    /// <summary>The database did not answer, or took no writes, wherever that was found out: Marten wraps what it meets. Asking again later
    /// helps.</summary>
    public static bool StoreIsAway(Exception? exception) =>
        Connections.WasLost(exception) || Connections.WasUnusable(exception);

    private static bool WasTooSlow(Exception? exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }
        || (exception is not null && WasTooSlow(exception.InnerException));

    private const string InvalidType = "urn:problem-type:invalid-request", InvalidTitle = "The request is not valid";

    private static ProblemDetails Problem(int status, string type, string title, string detail) =>
        new() { Status = status, Type = $"urn:problem-type:{type}", Title = title, Detail = detail };

    private static HttpValidationProblemDetails Invalid(string field, string mend) =>
        new(new Dictionary<string, string[]> { [field] = [mend] })
        {
            Status = 400,
            Type = InvalidType,
            Title = InvalidTitle,
            Detail = $"{field}: {mend}",
        };

    private static void Explain(ProblemDetails problem, HttpContext http)
    {
        problem.Instance ??= http.Request.Path;
        if (problem is HttpValidationProblemDetails { Detail: null } invalid) // what the validation of annotations found
        {
            (invalid.Type, invalid.Title) = (InvalidType, InvalidTitle);
            invalid.Errors = invalid.Errors.ToDictionary(e => AsWritten(e.Key), e => e.Value.Select(v => AsWritten(v, e.Key)).ToArray());
            invalid.Detail = string.Join(" ", invalid.Errors.Select(e => $"{e.Key}: {string.Join(' ', e.Value)}"));
        }
        if (problem.Status is 502 or 503 or 504) http.Response.Headers.RetryAfter = "3";
        problem.Detail ??= problem.Status switch
        {
            401 => "Send a valid token: Authorization: Bearer <token>.",
            403 => "Your token does not carry a role that may do this.",
            404 => "Nothing is served at this address.",
            405 => "This address does not know that method.",
            413 => $"At most {Limits.Body} bytes are accepted.",
            415 => "Send the body as application/json.",
            500 => "This is our fault, not yours. It was logged under this traceId.",
            502 or 503 =>
                "The service behind this address does not answer just now. Reads may be tried again; so may writes that carry an "
                + "Idempotency-Key or If-Match.",
            504 => "The service behind this address did not answer in time. Look whether your write was done before you send it again.",
            _ => null,
        };
    }

    /// <summary>The name of a field as callers write it: <c>rates[0].numCode</c>, where our type says <c>Rates[0].NumCode</c>.</summary>
    private static string AsWritten(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    /// <summary>A message of a validation attribute, which names the property of our type.</summary>
    private static string AsWritten(string message, string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return message.Replace($"The {name} field", $"The {AsWritten(name)} field", StringComparison.Ordinal)
            .Replace($"The field {name} ", $"The field {AsWritten(name)} ", StringComparison.Ordinal);
    }

    /// <summary>What the JSON reader found, in words for whoever sent it: it speaks of our types, which they cannot know.</summary>
    private static string Mend(JsonException e)
    {
        if (Missing().Match(e.Message) is { Success: true } missing) return $"is missing {missing.Groups[1].Value}";
        if (Unknown().Match(e.Message) is { Success: true } unknown)
            return $"has no property '{unknown.Groups[1].Value}' here; remove it or correct its name";
        if (e.Message.Contains("doesn't allow null", StringComparison.Ordinal)) return "must not be null";
        if (e.Message.Contains("could not be converted", StringComparison.Ordinal)) return "has a value of the wrong type or form";
        return e.Message.IndexOf(" Path: ", StringComparison.Ordinal) is > 0 and var end ? e.Message[..end] : e.Message;
    }

    /// <summary>How a value of a type is written in an address.</summary>
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

    // As ASP.NET Core says that a parameter cannot be read from the address; it names our types.
    [GeneratedRegex("^Failed to bind parameter \"(.+) ([A-Za-z_]+)\" from \"")]
    private static partial Regex Unbound();

    [GeneratedRegex("^Required parameter \".+ ([A-Za-z_]+)\" was not provided from ")]
    private static partial Regex Absent();

    [GeneratedRegex("missing required properties including: (.+?)\\.")]
    private static partial Regex Missing();

    [GeneratedRegex("The JSON property '(.+?)' could not be mapped")]
    private static partial Regex Unknown();

    private sealed class ExceptionToProblem(IProblemDetailsService problems) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
        {
            var problem = ToProblem(exception,
                http.Request.Query.FirstOrDefault(p => p.Value.Any(v => v?.Contains('\0') == true)).Key ?? "body");
            if (problem is null) return false;
            if (Connections.IsReadOnly(exception)) http.RequestServices.GetService<Database>()?.Clear();
            http.Response.StatusCode = problem.Status!.Value;
            return await problems.TryWriteAsync(new() { HttpContext = http, ProblemDetails = problem, Exception = exception });
        }
    }

    /// <summary>
    /// Writes problem documents whatever the request accepts. The service of ASP.NET Core writes none if <c>Accept</c> names no JSON, as
    /// browsers do: errors would have no body, and rejections would become 500.
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
