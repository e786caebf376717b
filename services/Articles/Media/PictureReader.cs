using System.Buffers.Binary;
using System.Text;

namespace Articles.Media;

/// <summary>Reads the structure of a picture file forwards. Throws at the end of the file.</summary>
internal sealed class PictureReader : IDisposable
{
    private readonly Stream _file;
    private readonly byte[] _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _next, _filled;

    /// <summary>Reads a file from its start.</summary>
    public PictureReader(Stream file)
    {
        _file = file;
        _file.Position = 0;
    }

    public long Length => _file.Length;
    public long Position => _file.Position - _filled + _next;
    public bool IsAtEnd => Position >= Length;

    public int Byte()
    {
        if (_next == _filled && !Fill()) throw new EndOfStreamException();
        return _buffer[_next++];
    }

    public int UInt16() => (Byte() << 8) | Byte();

    public uint UInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)Byte();
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    public string Text(int length)
    {
        Span<byte> bytes = stackalloc byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)Byte();
        return Encoding.Latin1.GetString(bytes);
    }

    public void Skip(long count)
    {
        if (count < 0 || count > Length - Position) throw new EndOfStreamException();
        if (count <= _filled - _next)
        {
            _next += (int)count;
            return;
        }
        _file.Position = Position + count;
        (_next, _filled) = (0, 0);
    }

    /// <summary>Skips the data of a JPEG scan, up to the marker after it.</summary>
    public void SkipScan()
    {
        while (true)
        {
            if (_next == _filled && !Fill()) throw new EndOfStreamException();
            var found = _buffer.AsSpan(_next, _filled - _next).IndexOf((byte)0xFF);
            if (found < 0)
            {
                _next = _filled;
                continue;
            }
            _next += found + 1;
            var following = Byte();
            while (following == 0xFF) following = Byte();
            if (following is 0x00 or (>= 0xD0 and <= 0xD7)) continue;
            Back(2);
            return;
        }
    }

    public void Dispose() => System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);

    // The two bytes of a marker, which may be in the buffer before this one.
    private void Back(int count)
    {
        if (_next >= count)
        {
            _next -= count;
            return;
        }
        _file.Position = Position - count;
        (_next, _filled) = (0, 0);
    }

    private bool Fill()
    {
        (_next, _filled) = (0, _file.Read(_buffer));
        return _filled > 0;
    }
}
