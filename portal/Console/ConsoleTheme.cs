using MudBlazor;

namespace Portal.Console;

/// <summary>
/// The MudBlazor theme of the console: the colours of the site, and system fonts, so that nothing is loaded from other sites.
/// </summary>
public static class ConsoleTheme
{
    private static readonly string[] Fonts = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "Noto Sans CJK SC", "sans-serif"];

    /// <summary>The light and the dark palette.</summary>
    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b5a4a",
            Secondary = "#3d5a80",
            Tertiary = "#7a4b00",
            AppbarBackground = "#0b5a4a",
            AppbarText = "#ffffff",
            Background = "#f4f6f5",
            Surface = "#ffffff",
            DrawerBackground = "#ffffff",
            DrawerText = "#16211f",
            DrawerIcon = "#3d4a47",
            TextPrimary = "#16211f",
            TextSecondary = "#4d5a57",
            ActionDefault = "#3d4a47",
            LinesDefault = "#d5dcda",
            LinesInputs = "#7b8a86",
            TableLines = "#d5dcda",
            Divider = "#d5dcda",
            Success = "#13652a",
            Error = "#a3201b",
            Warning = "#7a4b00",
            Info = "#24507a",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#6fd3b8",
            PrimaryContrastText = "#08221c",
            Secondary = "#9db8dc",
            Tertiary = "#e8b968",
            AppbarBackground = "#16302a",
            AppbarText = "#e7eceb",
            Background = "#12181a",
            Surface = "#1b2326",
            DrawerBackground = "#1b2326",
            DrawerText = "#e7eceb",
            DrawerIcon = "#a9b6b3",
            TextPrimary = "#e7eceb",
            TextSecondary = "#a9b6b3",
            ActionDefault = "#a9b6b3",
            LinesDefault = "#35413f",
            LinesInputs = "#7b8a86",
            TableLines = "#35413f",
            Divider = "#35413f",
            Success = "#7ddc95",
            SuccessContrastText = "#08221c",
            Error = "#ff9c94",
            ErrorContrastText = "#2b0a08",
            Warning = "#f0c060",
            WarningContrastText = "#2a1c00",
            Info = "#8fc1f0",
            InfoContrastText = "#081c2e",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.95rem", LineHeight = "1.5" },
            Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none", FontSize = "0.95rem" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", DrawerWidthLeft = "15.5rem" },
    };
}
