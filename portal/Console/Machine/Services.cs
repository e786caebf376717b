namespace Portal.Console.Machine;

/// <summary>
/// Sends requests to all services that store events. If a service is unavailable, its rejection is displayed and the other services are
/// shown.
/// </summary>
public sealed class Services(Desk desk)
{
    private IReadOnlyList<string>? _names;

    /// <summary>The names of the services according to the gateway, or the rejection.</summary>
    public async Task<(IReadOnlyList<string> Names, Refused? Refused)> FindNames()
    {
        if (_names is not null) return (_names, null);
        var status = await desk.Get<PlatformView>("/status");
        if (status.Value is null) return ([], status.Refused);
        // The portal stores no events.
        _names = [.. status.Value.Services.Select(s => s.Service).Where(s => s != "portal")];
        return (_names, null);
    }

    /// <summary>Reads the same path below <c>/admin/{service}/</c> from each service.</summary>
    public async Task<(IReadOnlyList<ServiceAnswer<T>> Answers, Refused? Refused)> Ask<T>(string path)
    {
        var (names, refused) = await FindNames();
        var answers = names.Select(async name => new ServiceAnswer<T>(name, await desk.Get<T>($"/admin/{name}/{path}")));
        return (await Task.WhenAll(answers), refused);
    }
}

/// <summary>The response of one service.</summary>
public sealed record ServiceAnswer<T>(string Service, Answer<T> Answer);
