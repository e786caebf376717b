using System.Security.Cryptography;
using System.Text.Json;

namespace Portal.Reader;

/// <summary>
/// A page that is kept for all can give nobody a key of their own. So what was written is its own key: the same words sent twice, by a
/// second click or a reload, are the same comment or message; with the secret that scripts add to a comment, those of one page. Whoever
/// sent it is no part of the key, which everybody can see.
/// </summary>
public static class SameWords
{
    public static Guid Key(params ReadOnlySpan<string?> words)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(words.ToArray()), hash);
        hash[6] = (byte)(hash[6] & 0x0F | 0x80); // version 8 of RFC 9562: made as its owner likes
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
