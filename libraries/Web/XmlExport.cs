using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Linq;

namespace Platform.Web;

/// <summary>
/// Reads the elements of an XML file that another system exported, one at a time. Such files are often not well-formed: control characters
/// and blank lines before the declaration are dropped, and <see cref="DroppedCharacters"/> counts the control characters. Document type
/// definitions are rejected, so that no entity is expanded and no other file is read.
/// </summary>
public sealed class XmlExport(Stream file)
{
    private static readonly XmlReaderSettings Settings = new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        CheckCharacters = false, // allows character references such as &#11;
        CloseInput = false,
    };

    /// <summary>The number of control characters that were dropped so far.</summary>
    public int DroppedCharacters { get; private set; }

    /// <summary>The warning about the whole file for the import report, or null.</summary>
    public string? Warning =>
        DroppedCharacters == 0 ? null : $"{DroppedCharacters} control characters that XML does not allow were dropped from the file.";

    /// <summary>The outermost elements with one of these local names, in the order of the file.</summary>
    /// <exception cref="XmlException">The file is not well-formed XML from there on.</exception>
    public async IAsyncEnumerable<XElement> Elements(string[] names, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var cleaned = new Cleaned(file, this);
        using var xml = XmlReader.Create(cleaned, Settings);
        await xml.MoveToContentAsync();
        while (!xml.EOF)
        {
            if (xml.NodeType == XmlNodeType.Element && names.Contains(xml.LocalName))
                yield return (XElement)await XNode.ReadFromAsync(xml, ct);
            else
                await xml.ReadAsync();
        }
    }

    /// <summary>
    /// Filters bytes, because a control character is the same single byte in UTF-8 and in every encoding that extends ASCII.
    /// </summary>
    private sealed class Cleaned(Stream inner, XmlExport export) : Stream
    {
        private bool _started, _isWide, _atText;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var count = _started
                    ? await inner.ReadAsync(buffer, cancellationToken)
                    : await inner.ReadAtLeastAsync(buffer, Math.Min(4, buffer.Length), throwOnEndOfStream: false, cancellationToken);
                if (count == 0) return 0;
                if (Clean(buffer.Span[..count]) is var kept and > 0) return kept;
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        private int Clean(Span<byte> bytes)
        {
            if (!_started)
            {
                _started = true;
                // UTF-16 or UTF-32
                _isWide = bytes is [0, _, ..] or [_, 0, ..] or [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..];
                // A blank line may also follow the byte order mark. Without the mark, the reader assumes UTF-8.
                if (bytes is [0xEF, 0xBB, 0xBF, ..]) bytes[..3].Fill((byte)'\n');
            }
            if (_isWide) return bytes.Length;
            var kept = 0;
            foreach (var value in bytes)
            {
                var isBlank = value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';
                if (value < ' ' && !isBlank) export.DroppedCharacters++;
                else if (_atText || !isBlank)
                {
                    _atText = true;
                    bytes[kept++] = value;
                }
            }
            return kept;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Exports are read asynchronously.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
