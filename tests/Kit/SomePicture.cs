using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Kit;

/// <summary>Pictures that are made of bytes, without an image library, so that tests can also make damaged ones.</summary>
public static class SomePicture
{
    /// <summary>A coloured PNG. Pictures with different seeds differ.</summary>
    public static byte[] Png(int width = 400, int height = 300, int seed = 0)
    {
        var rows = new byte[height * (1 + 3 * width)];
        for (var (y, at) = (0, 0); y < height; y++)
        {
            at++; // the filter of the row: none
            for (var x = 0; x < width; x++)
            {
                rows[at++] = (byte)(x * 255 / width);
                rows[at++] = (byte)(y * 255 / height);
                rows[at++] = (byte)(seed * 37);
            }
        }
        return Png(width, height, rows);
    }

    /// <summary>A PNG whose header claims a size, and whose data are these bytes.</summary>
    public static byte[] Png(int width, int height, byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(rows);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // eight bits for each of three colours
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", []),
        ];
    }

    /// <summary>A PNG with a text in its metadata.</summary>
    public static byte[] PngWithText(string text)
    {
        var png = Png();
        const int AfterHeader = 8 + 25;
        return [.. png[..AfterHeader], .. Chunk("tEXt", [.. "Comment\0"u8, .. Encoding.Latin1.GetBytes(text)]), .. png[AfterHeader..]];
    }

    /// <summary>The smallest GIF, with a canvas of this size.</summary>
    public static byte[] Gif(ushort width = 1, ushort height = 1) =>
    [
        .. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0x80, 0, 0, 0, 0, 0, 255, 255, 255,
        0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
    ];

    /// <summary>The structure of a JPEG without a decodable picture.</summary>
    public static byte[] JpegStructure(string comment = "") =>
    [
        0xFF, 0xD8, .. Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]), .. Segment(0xFE, Encoding.Latin1.GetBytes(comment)),
        .. Segment(0xDA, [1, 1, 0, 0, 63, 0]), 1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9,
    ];

    /// <summary>
    /// A JPEG with metadata in front: it was taken with the camera turned by 90 degrees, at a place in Astana.
    /// </summary>
    public static byte[] TurnedInAstana(byte[] jpeg)
    {
        byte[] Entry(ushort tag, ushort type, uint count, uint value) =>
        [
            (byte)(tag >> 8), (byte)tag, (byte)(type >> 8), (byte)type, .. BigEndian(count), .. BigEndian(value),
        ];
        byte[] exif =
        [
            .. "Exif\0\0MM"u8, 0, 42, .. BigEndian(8),
            0, 2, .. Entry(0x0112, 3, 1, 6u << 16), .. Entry(0x8825, 4, 1, 38), .. BigEndian(0), // orientation, pointer to the place
            0, 2, .. Entry(1, 2, 2, (uint)'N' << 24), .. Entry(2, 5, 3, 68), .. BigEndian(0), // latitude
            .. BigEndian(51), .. BigEndian(1), .. BigEndian(7), .. BigEndian(1), .. BigEndian(46), .. BigEndian(1),
        ];
        return [.. jpeg[..2], .. Segment(0xE1, exif), .. jpeg[2..]];
    }

    private static byte[] Segment(byte marker, byte[] content)
    {
        var length = content.Length + 2;
        return [0xFF, marker, (byte)(length >> 8), (byte)length, .. content];
    }

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        return [.. BigEndian((uint)content.Length), .. named, .. BigEndian(Checksum(named))];
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static uint Checksum(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var b in bytes)
        {
            sum ^= b;
            for (var bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320u);
        }
        return ~sum;
    }
}
