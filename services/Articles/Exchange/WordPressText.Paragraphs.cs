using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Articles.Exchange;

/// <content>Creates paragraphs and line breaks, which WordPress generates when it renders a classic post.</content>
internal sealed partial class WordPressText
{
    /// <summary>
    /// Wraps the content between the blocks of an element in paragraphs, if <paramref name="paragraphs"/> is true or a blank line divides
    /// it.
    /// </summary>
    private void Flow(IElement parent, bool isClassic, bool paragraphs)
    {
        var run = new List<INode>();
        foreach (var child in parent.ChildNodes.ToArray())
        {
            if (child is IElement block && IsBlock(block))
            {
                Paragraphs(parent, run, block, isClassic, paragraphs);
                Block(block, isClassic);
            }
            else run.Add(child);
        }
        Paragraphs(parent, run, null, isClassic, paragraphs);
    }

    private static bool IsBlock(IElement element) => Blocks.Contains(element.LocalName) || element.QuerySelector(AnyBlock) is not null;

    private void Block(IElement block, bool isClassic)
    {
        switch (block.LocalName)
        {
            case "pre" or "hr": break;
            case "p" when !isClassic:
                foreach (var child in block.ChildNodes.ToArray()) Lines(child, isClassic);
                break;
            case "p":
                // In a classic post a blank line also divides the content of a <p> element.
                var before = block.PreviousSibling;
                Paragraphs(block.ParentElement!, [.. block.ChildNodes], block, isClassic, paragraphs: true);
                if ((before is null ? block.Parent!.FirstChild : before.NextSibling) is IElement first && first != block)
                    foreach (var attribute in block.Attributes) first.SetAttribute(attribute.Name, attribute.Value);
                block.Remove();
                break;
            case "div" or "blockquote": Flow(block, isClassic, paragraphs: true); break;
            case "ul" or "ol" or "dl" or "table" or "thead" or "tbody" or "tfoot" or "tr":
                foreach (var child in block.ChildNodes.ToArray())
                {
                    if (child is IElement { LocalName: not "br" } element) Block(element, isClassic);
                    else if (child.TextContent.Trim().Length == 0) child.RemoveFromParent();
                }
                break;
            default: Flow(block, isClassic, paragraphs: false); break;
        }
        if (block.LocalName == "div" && block.Parent is not null) Unwrap(block);
    }

    /// <summary>Inserts a run of text and inline elements before a block, or at the end.</summary>
    private void Paragraphs(
        IElement parent,
        List<INode> run,
        INode? before,
        bool isClassic,
        bool paragraphs)
    {
        List<List<INode>> parts = [[]];
        foreach (var node in run)
        {
            if (node is not IText text)
            {
                parts[^1].Add(node);
                continue;
            }
            var pieces = isClassic || parent.LocalName == "body" ? BlankLine().Split(text.Data) : [text.Data];
            for (var i = 0; i < pieces.Length; i++)
            {
                if (i > 0) parts.Add([]);
                if (pieces[i].Length > 0) parts[^1].Add(parent.Owner!.CreateTextNode(pieces[i]));
            }
        }
        foreach (var node in run) node.RemoveFromParent();
        run.Clear();
        foreach (var part in parts) Trim(part);
        parts.RemoveAll(p => p.Count == 0);
        foreach (var part in parts)
        {
            var into = parent;
            if (paragraphs || parts.Count > 1)
            {
                into = parent.Owner!.CreateElement("p");
                parent.InsertBefore(into, before);
            }
            foreach (var node in part) into.InsertBefore(node, into == parent ? before : null);
            foreach (var node in part) Lines(node, isClassic);
        }
    }

    /// <summary>Removes spaces and line breaks at both ends.</summary>
    private static void Trim(List<INode> part)
    {
        while (part.Count > 0 && IsSpace(part[0])) part.RemoveAt(0);
        while (part.Count > 0 && IsSpace(part[^1])) part.RemoveAt(part.Count - 1);
        if (part.Count > 0 && part[0] is IText first) first.Data = first.Data.TrimStart();
        if (part.Count > 0 && part[^1] is IText last) last.Data = last.Data.TrimEnd();
    }

    private static bool IsSpace(INode node) =>
        node is IElement { LocalName: "br" } || node is IText && string.IsNullOrWhiteSpace(node.TextContent);

    /// <summary>Converts the line ends of a classic post to line breaks, and an address on a line of its own to a link.</summary>
    private void Lines(INode node, bool isClassic)
    {
        if (node is IElement { LocalName: not ("pre" or "code") } element)
            foreach (var child in element.ChildNodes.ToArray()) Lines(child, isClassic);
        if (node is not IText text || text.Data.Trim().Length == 0 && !text.Data.Contains('\n', StringComparison.Ordinal)) return;
        var lines = text.Data.Split('\n');
        if (lines.Length == 1 && !Address().IsMatch(text.Data)) return;
        var (parent, previous, next) = (text.Parent!, text.PreviousSibling, text.NextSibling);
        var (afterBreak, beforeBreak) = (previous is IElement { LocalName: "br" }, next is IElement { LocalName: "br" });
        for (var i = 0; i < lines.Length; i++)
        {
            var begins = i > 0 || afterBreak || previous is null;
            var ends = i < lines.Length - 1 || beforeBreak || next is null;
            var isAlone = begins && ends && node.ParentElement?.Closest("a, code") is null && Address().IsMatch(lines[i]);
            if (i > 0)
            {
                // Do not add a second line break next to an existing one.
                var isBroken = i == 1 && afterBreak && lines[0].Trim().Length == 0
                    || i == lines.Length - 1 && beforeBreak && lines[i].Trim().Length == 0;
                parent.InsertBefore(isClassic && !isBroken ? text.Owner!.CreateElement("br") : text.Owner!.CreateTextNode("\n"), text);
            }
            if (isAlone)
            {
                var link = text.Owner!.CreateElement("a");
                link.SetAttribute("href", lines[i].Trim());
                link.TextContent = lines[i].Trim();
                parent.InsertBefore(link, text);
                _links++;
            }
            else if (lines[i].Length > 0) parent.InsertBefore(text.Owner!.CreateTextNode(i > 0 ? lines[i].TrimStart() : lines[i]), text);
        }
        text.Remove();
    }

    [GeneratedRegex(@"\n[ \t]*\n\s*")]
    private static partial Regex BlankLine();

    [GeneratedRegex("""^\s*https?://[^\s<>"]+\s*$""")]
    private static partial Regex Address();
}
