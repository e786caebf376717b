namespace Articles.Media;

/// <summary>
/// Finds the signatures of other kinds of files in a picture: a browser, an archiver or an interpreter that is given such a file would see
/// that kind and not the picture. Readers only ever get renditions, which contain nothing of the original but its colours, so this protects
/// editors who download originals.
/// </summary>
internal static class ForeignContent
{
    // In lower case; long enough not to occur in compressed data by chance.
    private static readonly byte[][] Anywhere =
    [
        [.. "<script"u8], [.. "<?php"u8], [.. "<iframe"u8], [.. "<!doctype"u8], [.. "<html>"u8], [.. "javascript:"u8],
    ];

    private static readonly byte[] Pdf = [.. "%pdf-"u8], ZipEnd = [(byte)'p', (byte)'k', 5, 6];
    private const int PdfRange = 1024, ZipRange = 65_535 + 22, ChunkLength = 64 * 1024, Overlap = 16;

    /// <summary>Whether the file contains a signature of another kind.</summary>
    public static bool IsIn(Stream file)
    {
        if (Contains(file, 0, Math.Min(file.Length, PdfRange), [Pdf])) return true;
        var tail = Math.Min(file.Length, ZipRange);
        return Contains(file, file.Length - tail, tail, [ZipEnd]) || Contains(file, 0, file.Length, Anywhere);
    }

    private static bool Contains(Stream file, long start, long length, byte[][] signatures)
    {
        file.Position = start;
        var buffer = new byte[Overlap + ChunkLength];
        var kept = 0;
        for (var left = length; left > 0;)
        {
            var read = file.Read(buffer, kept, (int)Math.Min(left, ChunkLength));
            if (read == 0) break;
            left -= read;
            var filled = buffer.AsSpan(0, kept + read);
            ToLower(filled[kept..]);
            foreach (var signature in signatures)
                if (filled.IndexOf(signature) >= 0) return true;
            // A signature may continue in the next chunk.
            kept = Math.Min(Overlap, filled.Length);
            filled[^kept..].CopyTo(buffer);
        }
        return false;
    }

    private static void ToLower(Span<byte> bytes)
    {
        foreach (ref var b in bytes)
            if (b is >= (byte)'A' and <= (byte)'Z') b |= 0x20;
    }
}
