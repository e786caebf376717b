using System.Buffers.Binary;

namespace Articles.Media;

/// <summary>
/// Finds where a picture ends in its file, by the lengths of its parts and without decoding it. Data after the end would be invisible in
/// the picture, so it may be another file.
/// </summary>
internal static class PictureEnd
{
    private static readonly HashSet<string> AvifBoxes = ["ftyp", "meta", "mdat", "free", "skip", "moov", "moof", "sidx", "pdin"];

    /// <summary>The position after the picture; null if the file ends before the picture does, or if its structure is damaged.</summary>
    public static long? Of(Stream file, string type)
    {
        using var reader = new PictureReader(file);
        try
        {
            return type switch
            {
                PictureFormat.Jpeg => OfJpeg(reader),
                PictureFormat.Png => OfPng(reader),
                PictureFormat.Gif => OfGif(reader),
                PictureFormat.WebP => OfWebP(reader),
                _ => OfAvif(reader),
            };
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the data after a JPEG picture comes from a camera: padding, further pictures, the film of a moving photo, or the trailer
    /// that some phones append.
    /// </summary>
    public static bool IsOfCamera(Stream file, long end)
    {
        if (AfterZeros(file, end) is not { } further) return true;
        Span<byte> start = stackalloc byte[12], last = stackalloc byte[4];
        file.Position = further;
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = file.Length - last.Length;
        file.ReadExactly(last);
        return last.SequenceEqual("SEFT"u8)
            || start[..read].StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
            || start[..read].IndexOf("ftyp"u8) is >= 1 and <= 4; // after the length of the box, whose first bytes are zero
    }

    /// <summary>The position of the first byte that is not zero; null if there is none.</summary>
    private static long? AfterZeros(Stream file, long position)
    {
        file.Position = position;
        var buffer = new byte[64 * 1024];
        for (int read; (read = file.Read(buffer)) > 0; position += read)
            if (buffer.AsSpan(0, read).IndexOfAnyExcept((byte)0) is >= 0 and var at) return position + at;
        return null;
    }

    // Segments with a length, then the data of a scan, which ends with the next marker; FF 00 and FF D0 to FF D7 are part of the data.
    private static long? OfJpeg(PictureReader reader)
    {
        reader.Skip(2);
        while (true)
        {
            if (reader.Byte() != 0xFF) return null;
            var marker = reader.Byte();
            while (marker == 0xFF) marker = reader.Byte();
            if (marker == 0xD9) return reader.Position;
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7)) continue;
            var length = reader.UInt16();
            if (length < 2) return null;
            reader.Skip(length - 2);
            if (marker == 0xDA) reader.SkipScan();
        }
    }

    private static long? OfPng(PictureReader reader)
    {
        reader.Skip(8);
        while (true)
        {
            var length = reader.UInt32();
            var isEnd = reader.Text(4) == "IEND";
            reader.Skip(length + 4L);
            if (isEnd) return reader.Position;
        }
    }

    private static long? OfGif(PictureReader reader)
    {
        reader.Skip(10);
        SkipColours(reader, reader.Byte());
        reader.Skip(2);
        while (true)
            switch (reader.Byte())
            {
                case 0x3B:
                    return reader.Position;
                case 0x21:
                    reader.Skip(1);
                    SkipBlocks(reader);
                    break;
                case 0x2C:
                    reader.Skip(8);
                    SkipColours(reader, reader.Byte());
                    reader.Skip(1);
                    SkipBlocks(reader);
                    break;
                default:
                    return null;
            }
    }

    private static void SkipColours(PictureReader reader, int flags)
    {
        if ((flags & 0x80) != 0) reader.Skip(3L << ((flags & 7) + 1));
    }

    private static void SkipBlocks(PictureReader reader)
    {
        for (int length; (length = reader.Byte()) > 0;) reader.Skip(length);
    }

    private static long? OfWebP(PictureReader reader)
    {
        reader.Skip(4);
        var length = BinaryPrimitives.ReverseEndianness(reader.UInt32());
        reader.Skip(length + (length & 1));
        return reader.Position;
    }

    private static long? OfAvif(PictureReader reader)
    {
        while (!reader.IsAtEnd)
        {
            var start = reader.Position;
            long length = reader.UInt32();
            if (!AvifBoxes.Contains(reader.Text(4))) return start;
            if (length == 1) length = (long)(((ulong)reader.UInt32() << 32) | reader.UInt32());
            else if (length == 0) length = reader.Length - start; // the last box extends to the end of the file
            if (length < reader.Position - start) return null;
            reader.Skip(length - (reader.Position - start));
        }
        return reader.Position;
    }
}
