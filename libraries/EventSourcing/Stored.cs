using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.EventSourcing;

/// <summary>
/// A stored document, or a part of one. It preserves properties that this version does not know: during an upgrade, an older replica may
/// read a document of a newer one, change it and store it, and must not remove the newer properties. A <c>with</c> expression copies them.
/// They are ignored when documents are compared.
/// </summary>
public abstract record Stored
{
    private Dictionary<string, JsonElement>? _unknown;

    /// <inheritdoc />
    public virtual bool Equals(Stored? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc />
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>
    /// Makes the serializer of the store preserve unknown properties. Other serializers must not use it: clients get only known properties.
    /// </summary>
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
