namespace Articles.Media;

/// <summary>Registers the media library.</summary>
public static class MediaRegistration
{
    public static void AddMedia(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MediaSettings>().AddSingleton<PictureProcess>();
        builder.Services.AddSingleton<MediaUsage>().AddSingleton<CoverPictures>();
        builder.Services.AddSingleton<IMediaFiles>(provider => provider.GetRequiredService<MediaSettings>() is { S3: null } settings
            ? new FolderFiles(settings)
            : new S3Files(provider.GetRequiredService<MediaSettings>()));
        builder.Services.AddScoped<Uploads>();
        builder.Services.AddSingleton<SweepMedia>();
        builder.Services.AddHostedService<RenderMedia>().AddHostedService(provider => provider.GetRequiredService<SweepMedia>());
    }
}

/// <summary>
/// The settings of the media library. <c>Media:Folder</c> is where pictures are stored, and must be shared by all replicas; by default it
/// is below the home folder of the process. If <c>Media:S3:Bucket</c> is set, pictures are stored there instead. <c>Media:MaxBytes</c>,
/// <c>Media:MaxMegapixels</c>, <c>Media:MaxMegabytes</c> and <c>Media:MaxSeconds</c> limit the size of an upload, the size of a picture,
/// and the memory and the time for decoding it.
/// </summary>
public sealed class MediaSettings(IConfiguration configuration)
{
    private readonly IConfigurationSection _media = configuration.GetSection("Media");

    public string Folder => _media["Folder"] is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "platform", "media");

    /// <summary>The settings of the object store; null if pictures are stored in a folder.</summary>
    public IConfigurationSection? S3 => _media["S3:Bucket"] is { Length: > 0 } ? _media.GetSection("S3") : null;

    public long MaxBytes => _media.GetValue("MaxBytes", 20L * 1024 * 1024);
    public int MaxMegapixels => _media.GetValue("MaxMegapixels", 50);
    public int MaxMegabytes => _media.GetValue("MaxMegabytes", 1024);
    public TimeSpan MaxTime => TimeSpan.FromSeconds(_media.GetValue("MaxSeconds", 20));

    /// <summary>A folder of this process for files that are being received or made. Its files may be lost at any time.</summary>
    public string WorkFolder
    {
        get
        {
            var folder = S3 is null ? Path.Combine(Folder, "work") : Path.Combine(Path.GetTempPath(), "platform-media");
            return Directory.CreateDirectory(folder).FullName;
        }
    }
}
