using Microsoft.AspNetCore.Mvc;
using Platform.Web;
using RabbitMQ.Client.Exceptions;

namespace Platform.Messaging;

/// <summary>Explains the exceptions of the broker to clients.</summary>
public sealed class BrokerProblems : IProblemSource
{
    /// <inheritdoc />
    public ProblemDetails? ToProblem(Exception exception, string zero) => IsUnavailable(exception)
        ? Problems.Problem(
            503,
            "broker-unavailable",
            "The broker does not answer",
            "Nothing was changed. Retry when the broker is available again.")
        : null;

    /// <summary>Whether this exception means that the broker cannot be reached, or has closed the connection.</summary>
    public static bool IsUnavailable(Exception exception) => exception is BrokerUnreachableException or AlreadyClosedException;
}
