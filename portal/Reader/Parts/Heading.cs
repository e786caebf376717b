using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Portal.Reader.Parts;

/// <summary>A heading whose level is a parameter.</summary>
public sealed class Heading : ComponentBase
{
    [Parameter, EditorRequired] public required int Level { get; set; }
    [Parameter] public string? Class { get; set; }
    [Parameter, EditorRequired] public required RenderFragment ChildContent { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, $"h{Level}");
        builder.AddAttribute(1, "class", Class);
        builder.AddContent(2, ChildContent);
        builder.CloseElement();
    }
}
