namespace Portal.Console.Machine;

/// <summary>
/// The services that keep events, asked one by one or all at once: one that does not answer is said to be missing, the others are shown.
/// </summary>
public sealed class Services(Desk desk)
{
    private IReadOnlyList<string>? _names;

    /// <summary>Their names, as the gateway knows them; why not, where it does not say.</summary>
    public async Task<(IReadOnlyList<string> Names, Refused? Refused)> Find()
    {
        if (_names is not null) return (_names, null);
        var status = await desk.Get<PlatformView>("/status");
        if (status.Value is null) return ([], status.Refused);
        // The portal draws what others keep.
        _names = [.. status.Value.Services.Select(s => s.Service).Where(s => s != "portal")];
        return (_names, null);
    }

    /// <summary>What each answers to the same question, at <c>/admin/{service}/...</c>.</summary>
    public async Task<(IReadOnlyList<Said<T>> Said, Refused? Refused)> Ask<T>(string question)
    {
        var (names, refused) = await Find();
        return (await Task.WhenAll(names.Select(async name => new Said<T>(name, await desk.Get<T>($"/admin/{name}/{question}")))), refused);
    }
}

/// <summary>What a service answered.</summary>
public sealed record Said<T>(string Service, Answer<T> Answer);
