namespace Platform.Hosting;

/// <summary>Why a person is erased: kept with the events that say so, so that it must not name the person.</summary>
public static class ErasureReason
{
    /// <summary>More is not kept.</summary>
    public const int Longest = 500;

    /// <summary>The reason as it is kept; null if none is given.</summary>
    public static string? Checked(string? reason) => reason?.Trim() switch
    {
        null or "" => null,
        { Length: > Longest } => throw new Malformed("reason", $"must be at most {Longest} characters"),
        var said => said,
    };
}
