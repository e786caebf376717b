using Microsoft.AspNetCore.Components;

namespace Portal.Reader;

/// <summary>Addresses of the static files under names that change with their content, so that browsers keep them for good.</summary>
public sealed class Files(IServiceProvider services)
{
    private ResourceAssetCollection? _assets;

    // The console's pages carry the collection; it is the same for all.
    private ResourceAssetCollection Assets => _assets ??= services.GetRequiredService<EndpointDataSource>().Endpoints
        .Select(e => e.Metadata.GetMetadata<ResourceAssetCollection>()).FirstOrDefault(a => a is not null) ?? ResourceAssetCollection.Empty;

    /// <summary>The address of a file below wwwroot.</summary>
    public string this[string path] => "/" + Assets[path];
}
