namespace Platform.Web;

/// <summary>Limits that all services share. A limit of a single service is defined in the slice that applies it.</summary>
public static class Limits
{
    /// <summary>Maximum size of a request body, in bytes.</summary>
    public const long Body = 1024 * 1024;

    /// <summary>Timeout for matching a regular expression. Regexes created before the host is set up have none.</summary>
    public static readonly TimeSpan Matching = TimeSpan.FromSeconds(5);

    /// <summary>Timeout of one statement that reads for an HTTP request. Exports, rebuilds and replays use their own sessions.</summary>
    public static readonly TimeSpan Reading = TimeSpan.FromSeconds(10);
}
