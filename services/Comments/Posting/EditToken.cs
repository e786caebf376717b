using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// The secret with which its author can change a comment, in the header <c>Edit-Token</c>. A client may choose the token and send it with
/// the comment, so that it is not lost with the response. Otherwise the service returns a token once. Only the hash is stored.
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
            : throw new Malformed(Header, "must be a random string of 20 to 200 characters");
    }

    public static EditToken New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)));

    /// <summary>The hash as it is stored; null if the client sent no token.</summary>
    public string? Hash => Value is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Value)));

    /// <summary>The hash, for requests that must have a token.</summary>
    public string RequiredHash() => Hash ?? throw new Malformed(
        Header, "is missing: send the token that you received when you posted the comment, or that you sent with it");
}
