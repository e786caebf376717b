using System.Collections.Concurrent;
using Marten;

namespace Platform.EventSourcing;

/// <summary>
/// Keeps the .NET type names that Marten stores with events independent of the folders of the code: the name of the assembly and of the
/// type. Readers find the type by the name of the event; only replicas of earlier versions fall back to these names.
/// </summary>
internal sealed class StoredTypeNames : DocumentSessionListenerBase
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    /// <summary>The name that is stored with events of this type.</summary>
    public static string Of(Type type) => Names.GetOrAdd(type, t =>
    {
        var assembly = t.Assembly.GetName().Name;
        return $"{assembly}.{t.Name}, {assembly}";
    });

    public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
    {
        foreach (var e in session.PendingChanges.Streams().SelectMany(s => s.Events)) e.DotNetTypeName = Of(e.EventType);
        return Task.CompletedTask;
    }
}
