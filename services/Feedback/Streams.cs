namespace Feedback;

/// <summary>Names of this service's streams, as an admin sees them.</summary>
public static class Streams
{
    public static string Article(Guid id) => $"article-{id}";
    public static string Typo(Guid id) => $"typo-{id}";
    public static string Ticket(Guid id) => $"ticket-{id}";
    /// <summary>The id out of a stream's name.</summary>
    public static Guid Id(string stream) => Guid.Parse(stream[(stream.IndexOf('-') + 1)..]);
}
