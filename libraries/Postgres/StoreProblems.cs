using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Platform.Web;

namespace Platform.Postgres;

/// <summary>Explains the exceptions of the database to clients.</summary>
public sealed class StoreProblems(Database database) : IProblemSource
{
    /// <inheritdoc />
    ProblemDetails? IProblemSource.ToProblem(Exception exception, string zero)
    {
        if (Connections.IsReadOnly(exception)) database.Clear(); // new sessions may be writable
        return ToProblem(exception, zero);
    }

    /// <summary>Why the input was rejected, in words for its sender; null if the sender did not cause the error.</summary>
    public static string? Refusal(Exception exception) =>
        ToProblem(exception is JsonException ? new BadHttpRequestException("", exception) : exception) is { Status: < 500 } problem
            ? problem.Detail
            : null;

    /// <summary>
    /// The problem document for an exception that the request or an unavailable database caused; null for any other exception.
    /// </summary>
    /// <param name="exception">The exception that was thrown.</param>
    /// <param name="zero">The field that contains U+0000, if the database reports one.</param>
    public static ProblemDetails? ToProblem(Exception exception, string zero = "body") => exception switch
    {
        _ when Problems.ToProblem(exception) is { } problem => problem,
        _ when (exception as PostgresException ?? exception.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire =>
            Problems.Invalid(zero, "contains the character U+0000, which is not allowed; remove it"),
        _ when WasTooSlow(exception) => Problems.Problem(
            503,
            "query-timeout",
            "The query takes too long",
            "Request less, such as fewer search words or a shorter range, or retry later."),
        _ when Connections.IsReadOnly(exception) => Problems.Problem(
            503,
            "store-unavailable",
            "The database takes no writes",
            "It is temporarily read-only, for example during a failover. Repeat the request in a few seconds with the same id or "
            + "Idempotency-Key: it takes effect only once."),
        _ when StoreIsAway(exception) => Problems.Problem(
            503,
            "store-unavailable",
            "The database does not answer",
            "The write may or may not have been stored. Repeat the request in a few seconds with the same id or Idempotency-Key: it takes "
            + "effect only once."),
        _ => null,
    };

    /// <summary>
    /// Whether the database did not respond or did not accept writes, wherever in the chain of exceptions this shows, because Marten wraps
    /// exceptions. Retrying later helps.
    /// </summary>
    public static bool StoreIsAway(Exception? exception) =>
        Connections.WasLost(exception) || Connections.WasUnusable(exception);

    private static bool WasTooSlow(Exception? exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }
        || (exception is not null && WasTooSlow(exception.InnerException));
}
