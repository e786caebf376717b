using System.Security.Cryptography;
using System.Text;

namespace Platform.Web;

/// <summary>
/// Derives an id from other data, so that a repeated request or import gives the same id: the first 16 bytes of the SHA-256 of the data, as
/// a UUID of version 8 (RFC 9562, custom content). The ids are stored, so the derivation must not change.
/// </summary>
public static class DeterministicId
{
    /// <summary>Derives an id from data.</summary>
    public static Guid Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>Derives an id from a text.</summary>
    public static Guid Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Derives an id from two others. It does not reveal them to someone who knows only one.</summary>
    public static Guid Of(Guid first, Guid second) => Of([.. first.ToByteArray(), .. second.ToByteArray()]);
}
