namespace Platform.Hosting;

/// <summary>Limits all services share; what only one service limits stands in its slice.</summary>
public static class Limits
{
    /// <summary>Largest request body, in bytes.</summary>
    public const long Body = 1024 * 1024;

    /// <summary>Longest that a regular expression may take. Each that was made before the host is set up has no limit.</summary>
    public static readonly TimeSpan Matching = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest that one statement may take that reads for an HTTP request. Exports, rebuilds and replays have sessions of their own.
    /// </summary>
    public static readonly TimeSpan Reading = TimeSpan.FromSeconds(10);
}
