using Platform.Web;

namespace Platform.PublicInput;

/// <summary>The reason why a person's data is erased. It is stored with the erasure events, so it must not identify the person.</summary>
public static class ErasureReason
{
    /// <summary>Maximum length in characters.</summary>
    public const int Longest = 500;

    /// <summary>The trimmed reason; null if it is blank; a 400 if it is too long.</summary>
    public static string? Checked(string? reason) => reason?.Trim() switch
    {
        null or "" => null,
        { Length: > Longest } => throw new Malformed("reason", $"must be at most {Longest} characters"),
        var trimmed => trimmed,
    };
}
