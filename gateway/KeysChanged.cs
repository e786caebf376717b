namespace Gateway;

/// <summary>
/// Surrogate keys that a write through one gateway changed, published to the other gateways. The name of its exchange is derived from the
/// namespace and the name of this type, and gateways of two releases run at the same time, so both must stay as they are.
/// </summary>
public sealed record KeysChanged(IReadOnlyList<string> Keys, Guid By);
