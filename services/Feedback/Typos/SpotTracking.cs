using System.Globalization;
using DiffPlex;

namespace Feedback.Typos;

/// <summary>
/// Tracks a spot from one version of a text to another. It is the same spot while all its words are unchanged and still adjacent.
/// </summary>
public static class SpotTracking
{
    /// <summary>
    /// The location in <paramref name="to"/> of a spot in <paramref name="from"/>; null if it is not there.
    /// </summary>
    public static Spot? Track(this Spot spot, PartText? from, PartText? to)
    {
        if (from is null || to is null) return null;
        if (from.Text == to.Text) return spot;
        var diff = Differ.Instance.CreateDiffs(from.Text, to.Text, false, false, new WordChunker());
        var (first, last, offset) = Pieces(diff.PiecesOld, spot);
        int? shift = null;
        for (var piece = first; piece <= last; piece++)
        {
            var moved = Shift(diff, piece);
            if (moved is null || (shift is not null && moved != shift)) return null;
            shift = moved;
        }
        return shift is null ? null : spot with { Start = diff.PiecesNew.Take(first + shift.Value).Sum(p => p.Length) + offset };
    }

    /// <summary>The first and the last piece that a spot touches, and its offset in the first one.</summary>
    private static (int First, int Last, int Offset) Pieces(IReadOnlyList<string> pieces, Spot spot)
    {
        var (at, first, offset) = (0, -1, 0);
        for (var i = 0; i < pieces.Count; at += pieces[i++].Length)
        {
            if (first < 0 && at + pieces[i].Length > spot.Start) (first, offset) = (i, spot.Start - at);
            if (at + pieces[i].Length >= spot.Start + spot.Length) return (first, i, offset);
        }
        return (0, -1, 0);
    }

    /// <summary>By how many pieces an unchanged piece moved; null if it was deleted.</summary>
    private static int? Shift(DiffPlex.Model.DiffResult diff, int piece)
    {
        var shift = 0;
        foreach (var block in diff.DiffBlocks.TakeWhile(b => b.DeleteStartA <= piece))
        {
            if (piece < block.DeleteStartA + block.DeleteCountA) return null;
            shift = block.InsertStartB + block.InsertCountB - block.DeleteStartA - block.DeleteCountA;
        }
        return shift;
    }

    /// <summary>
    /// Splits a text into words. In scripts without spaces, and for everything that is no letter or digit, each character is a piece.
    /// </summary>
    private sealed class WordChunker : IChunker
    {
        public IReadOnlyList<string> Chunk(string text)
        {
            var pieces = new List<string>();
            for (var (start, i) = (0, 0); i < text.Length; start = i)
            {
                i += StringInfo.GetNextTextElementLength(text.AsSpan(i));
                if (InWord(text[start]))
                    while (i < text.Length && InWord(text[i])) i += StringInfo.GetNextTextElementLength(text.AsSpan(i));
                pieces.Add(text[start..i]);
            }
            return pieces;
        }

        // From U+2E80 to U+A4CF: Chinese characters, kana and their punctuation, written without spaces.
        private static bool InWord(char c) => char.IsLetterOrDigit(c) && c is < '\u2E80' or > '\uA4CF' and < '\uD800';
    }
}
