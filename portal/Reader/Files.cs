using Microsoft.AspNetCore.Components;

namespace Portal.Reader;

/// <summary>Addresses of static files that contain a hash of the content, so that browsers can cache the files permanently.</summary>
public sealed class Files(IServiceProvider services)
{
    private ResourceAssetCollection? _assets;

    // Only the endpoints of console pages have this metadata, but the collection contains all files.
    private ResourceAssetCollection Assets => _assets ??= services.GetRequiredService<EndpointDataSource>().Endpoints
        .Select(e => e.Metadata.GetMetadata<ResourceAssetCollection>()).FirstOrDefault(a => a is not null) ?? ResourceAssetCollection.Empty;

    /// <summary>The address of a file, by its path below wwwroot.</summary>
    public string this[string path] => "/" + Assets[path];
}
