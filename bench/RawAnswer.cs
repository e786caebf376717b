using System.Globalization;
using System.Text;

namespace Bench;

/// <summary>Finds the end of an HTTP/1.1 response in received bytes.</summary>
internal static class RawAnswer
{
    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>The length of the response at the start of the bytes; null if it is not complete yet.</summary>
    public static int? Length(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0) return null;
        var (body, end) = (head + 4, head + 4);
        foreach (var line in Encoding.ASCII.GetString(received[..head]).Split("\r\n"))
            if (Header(line, "Content-Length") is { } length) end = body + int.Parse(length, CultureInfo.InvariantCulture);
            else if (Header(line, "Transfer-Encoding") == "chunked") return ChunksEnd(received, body);
        return end <= received.Length ? end : null;
    }

    public static bool IsSuccess(ReadOnlySpan<byte> received) => received.StartsWith("HTTP/1.1 2"u8);

    private static string? Header(string line, string name) =>
        line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase) ? line[(name.Length + 1)..].Trim() : null;

    /// <summary>The end of a chunked body that begins at <paramref name="at"/>; null if it is not complete yet.</summary>
    private static int? ChunksEnd(ReadOnlySpan<byte> received, int at)
    {
        while (at < received.Length && received[at..].IndexOf(LineEnd) is >= 0 and var digits)
        {
            var size = int.Parse(received.Slice(at, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += digits + LineEnd.Length + size + LineEnd.Length;
            if (size == 0) return at <= received.Length ? at : null;
        }
        return null;
    }
}
