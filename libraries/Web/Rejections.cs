namespace Platform.Web;

/// <summary>The command is not allowed in the current state. The caller gets 409, and nothing is stored.</summary>
public class Rejected(string reason) : Exception(reason);

/// <summary>
/// Every attempt at a command lost a race against other writers, until its time limit was reached. The caller gets 503, and nothing is
/// stored. This is not a business rejection: consumers retry the message, and clients repeat the request.
/// </summary>
public sealed class Contention(string what)
    : Exception(
        $"Too many others change {what} at this moment. Nothing was stored. "
        + "Repeat the request under the same id or Idempotency-Key.");

/// <summary>The requested resource does not exist. The caller gets 404.</summary>
public sealed class NotFound(string what) : Exception(what);

/// <summary>The request body is larger than this endpoint accepts. The caller gets 413.</summary>
public sealed class TooLarge(long limit) : Exception($"At most {limit} bytes are accepted.");

/// <summary>The resource belongs to somebody else. The caller gets 403.</summary>
public class Forbidden(string why) : Exception(why);

/// <summary>A rule requires that another person does this. The caller gets 403.</summary>
public sealed class SecondPersonRequired(string why) : Forbidden(why);

/// <summary>The caller's version of the resource is stale. The caller gets 412.</summary>
public sealed class Stale(string what) : Exception($"{what} Read it again, then repeat your change on that version.")
{
    /// <summary>Names the version that was sent and the current version.</summary>
    public Stale(long expected, long actual) : this($"You sent If-Match \"{expected}\" but the current version is \"{actual}\".")
    {
    }
}

/// <summary>The resource exists, and the caller did not send the version that they have seen. The caller gets 428.</summary>
public sealed class VersionRequired(long actual)
    : Exception(
        $"It exists already, at version \"{actual}\". Send If-Match with the version (ETag) you have seen, or If-Match: * to overwrite "
        + "whatever is there.");
