using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.EventSourcing;

/// <summary>
/// A stored document, or a part of one. It keeps the properties that this version does not know: while an upgrade is under way, an older
/// replica reads a document that a newer one wrote, changes it and stores it, and the newer one must find its properties again. They follow
/// the document through <c>with</c>. Two documents that differ in nothing else are equal.
/// </summary>
public abstract record Stored
{
    private Dictionary<string, JsonElement>? _unknown;

    /// <inheritdoc />
    public virtual bool Equals(Stored? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc />
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>For the serializer of the store only: what is written to callers has the known properties and no others.</summary>
    public static void KeepUnknownProperties(JsonTypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type.Kind != JsonTypeInfoKind.Object || !type.Type.IsAssignableTo(typeof(Stored))) return;
        if (type.Properties.Any(p => p.IsExtensionData)) return;
        var unknown = type.CreateJsonPropertyInfo(typeof(Dictionary<string, JsonElement>), nameof(_unknown));
        unknown.IsExtensionData = true;
        unknown.Get = stored => ((Stored)stored)._unknown;
        unknown.Set = (stored, value) => ((Stored)stored)._unknown = (Dictionary<string, JsonElement>?)value;
        type.Properties.Add(unknown);
    }
}
