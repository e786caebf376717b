using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Articles.Media;

/// <summary>
/// Stores files in a bucket of Amazon S3 or of another store with the same interface. Settings: <c>Media:S3:Bucket</c>, <c>Url</c> (the
/// address of the store; absent for Amazon's), <c>Region</c> (us-east-1), <c>AccessKey</c> and <c>SecretKey</c> (absent: those of the
/// environment), and <c>Prefix</c> (of the names of the objects; none).
/// </summary>
public sealed class S3Files(MediaSettings settings) : IMediaFiles, IDisposable
{
    private readonly IConfigurationSection _settings = settings.S3!;
    private readonly AmazonS3Client _client = Client(settings.S3!);

    private string Bucket => _settings["Bucket"]!;
    private string Prefix => _settings["Prefix"] ?? "";

    public async Task Store(string name, string path, CancellationToken ct) => await _client.PutObjectAsync(
        new PutObjectRequest
        {
            BucketName = Bucket,
            Key = Prefix + name,
            FilePath = path,
            ContentType = PictureFormat.OfExtension(name),
            UseChunkEncoding = false, // other stores may not know it
        },
        ct);

    public async Task<Stream?> Open(string name, CancellationToken ct)
    {
        try
        {
            return (await _client.GetObjectAsync(Bucket, Prefix + name, ct)).ResponseStream;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task Delete(string name, CancellationToken ct) => _client.DeleteObjectAsync(Bucket, Prefix + name, ct);

    public async IAsyncEnumerable<StoredFile> List([EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = Bucket, Prefix = Prefix };
        do
        {
            var page = await _client.ListObjectsV2Async(request, ct);
            foreach (var file in page.S3Objects ?? [])
                if (file.LastModified is { } at) yield return new(file.Key[Prefix.Length..], new(at.ToUniversalTime(), TimeSpan.Zero));
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public void Dispose() => _client.Dispose();

    private static AmazonS3Client Client(IConfigurationSection settings)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings["Region"] ?? "us-east-1",
            ForcePathStyle = settings["Url"] is not null,
            // Checksums in trailers are an extension that other stores may not know.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings["Url"] is { } url) config.ServiceURL = url;
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(config.AuthenticationRegion);
        return settings["AccessKey"] is { Length: > 0 } key
            ? new AmazonS3Client(new BasicAWSCredentials(key, settings["SecretKey"]), config)
            : new AmazonS3Client(config);
    }
}
