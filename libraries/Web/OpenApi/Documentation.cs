using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Platform.Web.OpenApi;

/// <summary>
/// Reads the <c>///</c> comments of an assembly from the XML file beside it, so that OpenAPI descriptions and code comments are the same
/// texts.
/// </summary>
internal static partial class Documentation
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Files = new();

    /// <summary>The summary of a type, in Markdown; null if it has none.</summary>
    public static string? Of(Type type) => Member(type, $"T:{Name(type)}")?.Element("summary") is { } summary ? Text(summary) : null;

    /// <summary>The summary of a property, or the description of the record parameter that declares it.</summary>
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

    // The sentence ends at a full stop, semicolon or colon before whitespace. Leading routes ("`GET /api/x`: ...") are skipped, because the
    // operation already has them.
    [GeneratedRegex(@"^(?:`[A-Z]+ [^`]*`(?:,| and)? ?)*:? ?(.+?)(?:[.;:](?=\s)|\.?$)")]
    private static partial Regex Sentence();
}
