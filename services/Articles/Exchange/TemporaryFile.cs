namespace Articles.Exchange;

/// <summary>Files for uploads that must be read more than once. A file is deleted when it is closed.</summary>
internal static class TemporaryFile
{
    public static FileStream New() => new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
    });
}
