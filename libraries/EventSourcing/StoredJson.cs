using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Marten;
using Weasel.Core;

namespace Platform.EventSourcing;

/// <summary>
/// JSON settings of stored documents: camelCase names and exact decimals. Documents are parsed tolerantly, because another version may have
/// written them.
/// </summary>
public static class StoredJson
{
    /// <summary>Applies the settings to a store.</summary>
    public static void UseStoredJson(this StoreOptions store) =>
        store.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, json =>
        {
            json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            json.TypeInfoResolver = (json.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
                .WithAddedModifier(Stored.KeepUnknownProperties);
        });
}
