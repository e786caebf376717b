using Platform.Web;

namespace Comments.Exchange;

/// <summary>Replies that stand before their parent in the file. They are imported at the end of the file.</summary>
internal sealed class PendingReplies
{
    /// <summary>The maximum number of pending replies. The others are imported if the file is sent again.</summary>
    public const int MaxCount = 5_000;

    private readonly List<(int Line, ExchangedComment Comment)> _pending = [];

    /// <summary>Returns false if the comment is its own parent, so that there is nothing to wait for.</summary>
    public bool Add(int line, ExchangedComment comment)
    {
        if (comment.ParentId == comment.Id) return false;
        if (_pending.Count >= MaxCount)
            throw new Rejected(
                "The comment replies to a comment later in the file, and too many such replies are pending. Send the file again.");
        _pending.Add((line, comment));
        return true;
    }

    /// <summary>All pending replies, each after its parent if that is pending too. Replies that form a circle come last.</summary>
    public IEnumerable<(int Line, ExchangedComment Comment)> ParentsFirst()
    {
        var left = _pending.ToList();
        while (left.Count > 0)
        {
            var ids = left.Select(w => w.Comment.Id).ToHashSet();
            var next = left.Where(w => !ids.Contains(w.Comment.ParentId!.Value)).ToArray();
            if (next.Length == 0) next = [.. left];
            foreach (var reply in next) yield return reply;
            var done = next.ToHashSet();
            left.RemoveAll(done.Contains);
        }
    }
}
