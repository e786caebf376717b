using Platform.EventSourcing;

namespace Feedback;

/// <summary>What this service makes public: nothing of a message, which is personal from its first word to its last.</summary>
public static class Outgoing
{
    public static readonly Translate Translate = Outbox.Each(_ => null);
}
