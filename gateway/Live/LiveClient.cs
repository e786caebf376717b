using System.Text;
using System.Threading.Channels;

namespace Gateway.Live;

/// <summary>The bytes of an event or heartbeat, and the position up to which the client is then informed.</summary>
public sealed record Frame(long Id, ReadOnlyMemory<byte> Bytes, bool IsHeartbeat = false)
{
    public static Frame Of(StoredEntry stored) =>
        new(stored.Id, Encoding.UTF8.GetBytes($"id: {stored.Id}\nevent: {stored.Entry.Topic}\ndata: {stored.Entry.Data}\n\n"));
}

/// <summary>
/// A client of the live stream. Its buffer is bounded: if the client does not keep up, events are left out, and it reads them from the
/// store when it has sent what is buffered. The members that change it are called under the lock of the feed.
/// </summary>
public sealed class LiveClient(
    int number,
    string address,
    long joinedAt,
    LiveFilter filter,
    int buffer,
    Action abort)
{
    private readonly Channel<Frame> _frames = Channel.CreateBounded<Frame>(
        new BoundedChannelOptions(buffer) { SingleReader = true, AllowSynchronousContinuations = false });
    private long _sent, _sentBefore = -1;
    private bool _isBehind;

    /// <summary>The number of this client among all that have connected.</summary>
    public int Number => number;
    /// <summary>The address of the client.</summary>
    public string Address => address;
    /// <summary>The client receives all events after this position.</summary>
    public long JoinedAt { get; private set; } = joinedAt;
    public LiveFilter Filter => filter;
    /// <summary>The frames that are not sent yet; completed when the stream should end.</summary>
    public ChannelReader<Frame> Frames => _frames.Reader;
    public bool IsIdle => _frames.Reader.Count == 0;

    /// <summary>Buffers a frame. False if the buffer is full; then all later frames are left out, too, until the client rejoins.</summary>
    public bool Offer(Frame frame)
    {
        if (_isBehind) return false;
        _isBehind = !_frames.Writer.TryWrite(frame);
        return !_isBehind;
    }

    /// <summary>Buffers frames again, after a position. False if none was left out.</summary>
    public bool Rejoin(long position)
    {
        if (!_isBehind) return false;
        (_isBehind, JoinedAt) = (false, position);
        return true;
    }

    /// <summary>Records that the client accepted another event.</summary>
    public void Advance() => Interlocked.Increment(ref _sent);

    /// <summary>Disconnects the client if it is behind and has accepted nothing since the last call.</summary>
    public bool DisconnectIfStalled()
    {
        var sent = Interlocked.Read(ref _sent);
        var isStalled = _isBehind && sent == _sentBefore;
        _sentBefore = sent;
        if (isStalled && _frames.Writer.TryComplete()) abort();
        return isStalled;
    }

    /// <summary>Ends the stream after the buffered frames.</summary>
    public void End() => _frames.Writer.TryComplete();
}
