namespace Feedback;

/// <summary>The names of this service's streams, which admins see.</summary>
public static class Streams
{
    public static string Article(Guid id) => $"article-{id}";
    public static string Typo(Guid id) => $"typo-{id}";
    public static string Ticket(Guid id) => $"ticket-{id}";
    /// <summary>The id in the name of a stream.</summary>
    public static Guid Id(string stream) => Guid.Parse(stream[(stream.IndexOf('-') + 1)..]);
}
