using System.Collections.Concurrent;
using System.Net;
using Articles.Media;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Unit.Articles;

/// <summary>The files of the media library, in a folder and in a store with the interface of Amazon S3.</summary>
public sealed class MediaFilesTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly ConcurrentDictionary<string, byte[]> _objects = new();
    private WebApplication _store = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_is_stored_opened_listed_and_deleted(bool inBucket)
    {
        var files = Files(inBucket);
        var (name, other) = ("0123456789abcdef0123456789abcdef.webp", "fedcba9876543210fedcba9876543210.jpg");
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        var path = Path.Combine(_folder.FullName, "local");
        await File.WriteAllBytesAsync(path, content, Cancelled);
        Assert.Null(await files.Open(name, Cancelled));
        Assert.Empty(await Names(files));
        for (var i = 0; i < 2; i++) await files.Store(name, path, Cancelled); // storing it again is harmless
        await files.Store(other, path, Cancelled);
        Assert.Equal(content, await Read(files, name));
        Assert.Equal([name, other], await Names(files));
        await files.Delete(name, Cancelled);
        await files.Delete(name, Cancelled);
        Assert.Null(await files.Open(name, Cancelled));
        Assert.Equal([other], await Names(files));
        if (inBucket) Assert.Equal([$"/pictures/media/{other}"], _objects.Keys);
    }

    [Fact]
    public async Task A_file_that_cannot_be_stored_leaves_nothing_in_the_folder()
    {
        var files = Files(inBucket: false);
        await Assert.ThrowsAsync<FileNotFoundException>(() => files.Store("aa.webp", Path.Combine(_folder.FullName, "none"), Cancelled));
        Assert.Empty(await Names(files));
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        _store = builder.Build();
        _store.Urls.Add("http://127.0.0.1:0");
        _store.Run(Answer);
        await _store.StartAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private IMediaFiles Files(bool inBucket)
    {
        var settings = new Dictionary<string, string?> { ["Media:Folder"] = Path.Combine(_folder.FullName, "media") };
        if (inBucket)
        {
            settings["Media:S3:Bucket"] = "pictures";
            settings["Media:S3:Prefix"] = "media/";
            settings["Media:S3:Url"] = _store.Urls.Single();
            settings["Media:S3:AccessKey"] = settings["Media:S3:SecretKey"] = "for tests";
        }
        var media = new MediaSettings(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return inBucket ? new S3Files(media) : new FolderFiles(media);
    }

    private static async Task<byte[]> Read(IMediaFiles files, string name)
    {
        await using var content = (await files.Open(name, Cancelled))!;
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, Cancelled);
        return bytes.ToArray();
    }

    private static async Task<IEnumerable<string>> Names(IMediaFiles files)
    {
        var names = new List<string>();
        await foreach (var file in files.List(Cancelled))
        {
            Assert.True(file.StoredAt > DateTimeOffset.UnixEpoch);
            names.Add(file.Name);
        }
        return names.Order(StringComparer.Ordinal);
    }

    /// <summary>Stores, returns, deletes and lists objects as Amazon S3 does, with the address of the bucket as a path.</summary>
    private async Task Answer(HttpContext http)
    {
        var (method, path) = (http.Request.Method, http.Request.Path.Value!);
        if (method == HttpMethods.Put)
        {
            using var bytes = new MemoryStream();
            await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
            _objects[path] = bytes.ToArray();
        }
        else if (method == HttpMethods.Delete)
        {
            _objects.TryRemove(path, out _);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else if (http.Request.Query.ContainsKey("list-type"))
        {
            Assert.Equal("media/", http.Request.Query["prefix"]);
            http.Response.ContentType = "application/xml";
            var objects = _objects.Keys.Select(
                k => $"<Contents><Key>{k["/pictures/".Length..]}</Key><LastModified>2026-01-02T12:00:00.000Z</LastModified></Contents>");
            await http.Response.WriteAsync(
                "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + $"<IsTruncated>false</IsTruncated>{string.Concat(objects)}</ListBucketResult>",
                http.RequestAborted);
        }
        else if (_objects.TryGetValue(path, out var found)) await http.Response.Body.WriteAsync(found, http.RequestAborted);
        else
        {
            http.Response.StatusCode = (int)HttpStatusCode.NotFound;
            http.Response.ContentType = "application/xml";
            await http.Response.WriteAsync("<Error><Code>NoSuchKey</Code><Message>none</Message></Error>", http.RequestAborted);
        }
    }
}
