using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// The secret that says a comment is one's own, in the header <c>Edit-Token</c>. A client may bring it with the comment, so that it has it
/// even if the answer is lost; else it is given with the answer, once. Only its hash is stored.
/// </summary>
public readonly record struct EditToken(string? Value)
{
    public const string Header = "Edit-Token";

    public static ValueTask<EditToken> BindAsync(HttpContext http)
    {
        string? header = http.Request.Headers[Header];
        if (string.IsNullOrEmpty(header)) return new(new EditToken(null));
        return header.Length is >= 20 and <= 200
            ? new(new EditToken(header))
            : throw new Malformed(Header, "must have 20 to 200 characters, chosen at random");
    }

    public static EditToken New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)));

    /// <summary>As it is stored; null where none was brought.</summary>
    public string? Hash => Value is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Value)));

    /// <summary>The hash of a token that must be there.</summary>
    public string Required() =>
        Hash ?? throw new Malformed(Header, "is missing: send the token that you were given with the comment, or had sent with it");
}
