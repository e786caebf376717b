using System.Text.Json;
using Platform.Web;

namespace Portal.Reader;

/// <summary>
/// Derives the idempotency key of a form from its content, because a cached page cannot contain a key for one visitor. The same content
/// sent twice, by a second click or a reload, is therefore one comment or message. If scripts add a secret to a comment, the secret is
/// part of the content, so that two people can send the same text. The sender's e-mail address is not part of it: the id of a comment is
/// derived from the key and is public, so the address could be guessed from it.
/// </summary>
public static class ContentKey
{
    public static Guid Of(params ReadOnlySpan<string?> content) =>
        DeterministicId.Of(JsonSerializer.SerializeToUtf8Bytes(content.ToArray()));
}
