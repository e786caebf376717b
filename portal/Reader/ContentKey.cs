using System.Security.Cryptography;
using System.Text.Json;

namespace Portal.Reader;

/// <summary>
/// Derives the idempotency key of a form from its content, because a cached page cannot contain a key for one visitor. The same content
/// sent twice, by a second click or a reload, is therefore one comment or message. If scripts add a secret to a comment, the secret is
/// part of the content, so that two people can send the same text. The sender's e-mail address is not part of it: the id of a comment is
/// derived from the key and is public, so the address could be guessed from it.
/// </summary>
public static class ContentKey
{
    public static Guid Of(params ReadOnlySpan<string?> content)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content.ToArray()), hash);
        hash[6] = (byte)(hash[6] & 0x0F | 0x80); // version 8 of RFC 9562: custom content
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
