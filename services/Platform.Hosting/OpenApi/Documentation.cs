using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Platform.Hosting.OpenApi;

/// <summary>
/// What the <c>///</c> comments of an assembly say, out of the XML file beside it; the same words for whoever reads the code and whoever
/// reads the interface.
/// </summary>
internal static partial class Documentation
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Files = new();

    /// <summary>The summary of a type, in Markdown; null where there is none.</summary>
    public static string? Of(Type type) => Member(type, $"T:{Name(type)}")?.Element("summary") is { } summary ? Text(summary) : null;

    /// <summary>The summary of a property, or of the parameter of the record that it is.</summary>
    public static string? Of(PropertyInfo property)
    {
        if (property.DeclaringType is not { } type) return null;
        if (Member(type, $"P:{Name(type)}.{property.Name}")?.Element("summary") is { } summary) return Text(summary);
        return Member(
            type, $"T:{Name(type)}")?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == property.Name) is { } parameter
            ? Text(parameter)
            : null;
    }

    /// <summary>The first sentence, without the full stop.</summary>
    public static string FirstSentence(string text) => Sentence().Match(text).Groups[1].Value.Trim();

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static XElement? Member(Type type, string name) => Files.GetOrAdd(type.Assembly, Read).GetValueOrDefault(name);

    private static Dictionary<string, XElement> Read(Assembly assembly) =>
        Path.ChangeExtension(assembly.Location, ".xml") is var file && File.Exists(file)
            ? XDocument.Load(file)
                .Descendants("member")
                .Where(m => m.Attribute("name") is not null)
                .ToDictionary(m => m.Attribute("name")!.Value)
            : [];

    private static string Text(XElement element) => Space().Replace(string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement reference when reference.Attribute("cref") is { } cref => $"`{cref.Value.Split('.', ':')[^1]}`",
        XElement reference when reference.Attribute("name") is { } name => $"`{char.ToLowerInvariant(name.Value[0])}{name.Value[1..]}`",
        XElement other => other.Value,
        _ => "",
    })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    // Up to a full stop or a colon that ends something; the addresses in front ("`GET /api/x`: ...") are said by the operation itself.
    [GeneratedRegex(@"^(?:`[A-Z]+ [^`]*`(?:,| and)? ?)*:? ?(.+?)(?:[.;:](?=\s)|\.?$)")]
    private static partial Regex Sentence();
}
