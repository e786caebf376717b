using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace Unit.Portal;

/// <summary>The component of the rich editor and its script (portal/Editor) fit together.</summary>
public partial class RichTextTests
{
    private static readonly string Component = Repository.Read("portal", "Console", "Editing", "RichText.razor");

    [Fact]
    public void Every_button_of_the_toolbar_has_a_command_and_every_command_a_button()
    {
        var script = Repository.Read("portal", "Editor", "source", "toolbar.js");
        var commands = Command().Matches(script[script.IndexOf("const commands", StringComparison.Ordinal)..]).Select(Name).ToArray();
        var tables = Component[Component.IndexOf("TableCommands =", StringComparison.Ordinal)..].Split(';')[0];
        var buttons = Button().Matches(Component).Concat(Text().Matches(tables)).Select(Name).ToArray();

        Assert.InRange(commands.Length, 20, 40);
        Assert.Equal(commands.Order(StringComparer.Ordinal), buttons.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_component_asks_only_for_what_the_script_can_do()
    {
        var script = Repository.Read("portal", "Editor", "source", "editor.js");
        var code = Repository.Read("portal", "Console", "Editing", "RichText.razor.cs");
        var questions = Question().Matches(code).Select(Name).Distinct().ToArray();

        Assert.InRange(questions.Length, 5, 20);
        Assert.All(questions, question => Assert.Matches($@"(?m)^    {question}(?:\(|: )", script));
    }

    private static string Name(Match match) => match.Groups[1].Value;

    [GeneratedRegex(@"(?m)^  (\w+): ")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?m)^ +\(""(\w+)"", ")]
    private static partial Regex Button();

    [GeneratedRegex(@"""(\w+)""")]
    private static partial Regex Text();

    [GeneratedRegex(@"(?:Ask<[^(]*>|InvokeVoidAsync)\(\s*""(\w+)""")]
    private static partial Regex Question();
}
