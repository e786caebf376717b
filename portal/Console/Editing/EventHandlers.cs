using Microsoft.AspNetCore.Components;

namespace Portal.Console.Editing;

/// <summary>
/// Registers <c>onbeforeinput</c> for the editing pages. Unlike <c>oninput</c> it does not send the field's text, so a long article is
/// not sent again with every keystroke.
/// </summary>
[EventHandler("onbeforeinput", typeof(EventArgs), enableStopPropagation: true, enablePreventDefault: false)]
public static class EventHandlers;
