using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Portal.Reader.Parts;

/// <summary>The SVG element <c>text</c>, which cannot be written in Razor because Razor reserves that name.</summary>
public sealed class Label : ComponentBase
{
    [Parameter, EditorRequired] public required string X { get; set; }
    [Parameter, EditorRequired] public required string Y { get; set; }
    /// <summary>Whether the text ends at X instead of starting there.</summary>
    [Parameter] public bool Ends { get; set; }
    [Parameter, EditorRequired] public required string Text { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X);
        builder.AddAttribute(2, "y", Y);
        builder.AddAttribute(3, "text-anchor", Ends ? "end" : null);
        builder.AddContent(4, Text);
        builder.CloseElement();
    }
}
