using Microsoft.AspNetCore.Components;

namespace Portal.Console.Media;

/// <summary><c>/console/media/{id}</c>: one picture with its description, its renditions and the articles that use it.</summary>
public sealed partial class PictureDesk
{
    /// <summary>The shapes in which readers see a cropped picture.</summary>
    private static readonly string[] Shapes = ["wide", "square"];

    private Answer<Picture>? _picture;
    private Answer<PictureUsage>? _usage;
    private PictureForm _form = new();
    private string _name = "";
    private Refused? _refused;
    private string? _done;

    [Parameter] public Guid Id { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override Task OnParametersSetAsync() => Load();

    /// <summary>Reads everything, and fills the form.</summary>
    private async Task Load()
    {
        _usage = await Desk.Get<PictureUsage>($"/api/media/{Id}/usage?lang={ConsoleLanguage.Current}");
        await LoadPicture();
        if (_picture?.Value is { } picture) (_form, _name) = (PictureForm.Of(picture), picture.Name);
    }

    /// <summary>Reads the progress of the renditions, without changing what the editor is typing.</summary>
    private async Task LoadPicture() => _picture = await Desk.Get<Picture>($"/api/media/{Id}");

    private Task Describe() => Change("description", _form.ToRequest(), D["DescriptionSaved"]);

    private Task Rename() => Change("name", new { name = _name }, D["Renamed"]);

    private async Task Change(string part, object body, string done)
    {
        _refused = (await Desk.Send<object>(HttpMethod.Put, $"/api/media/{Id}/{part}", body, _picture!.ETag)).Refused;
        _done = _refused is null ? done : null;
        // What the editor typed into the other form is kept.
        if (_refused is null) await LoadPicture();
    }

    private async Task Delete()
    {
        var force = _usage!.Value!.Articles > 0 ? "?force=true" : "";
        _refused = (await Desk.Send<object>(HttpMethod.Delete, $"/api/media/{Id}{force}", null, _picture!.ETag)).Refused;
        if (_refused is null) Navigation.NavigateTo("media");
    }

    private static string Alt(Picture picture) =>
        picture.Alt.GetValueOrDefault(ConsoleLanguage.Current) ?? picture.Alt.Values.FirstOrDefault() ?? picture.Name;
}
