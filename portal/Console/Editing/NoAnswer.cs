using Microsoft.JSInterop;

namespace Portal.Console.Editing;

/// <summary>Recognises that a script of the page gave no answer: it failed, took too long, or the page was closed.</summary>
internal static class NoAnswer
{
    /// <summary>Whether a call of a script failed with this exception because there is no answer.</summary>
    public static bool Is(Exception e) => e is JSException or JSDisconnectedException or TaskCanceledException or ObjectDisposedException;
}
