namespace Platform.Web;

/// <summary>The version of the stream that the caller expects.</summary>
public readonly record struct Expected
{
    private enum Kind { Any, Exactly, Nothing, Fresh }
    private readonly Kind _kind;
    private readonly long _version;
    private Expected(Kind kind, long version) => (_kind, _version) = (kind, version);

    /// <summary>Any version. After a lost race the command is decided again.</summary>
    public static Expected Any => new(Kind.Any, 0);
    /// <summary>Exactly this version.</summary>
    public static Expected Exactly(long version) => new(Kind.Exactly, version);
    /// <summary>
    /// The caller sent no version. The command may create the stream, or repeat its creation without changing anything.
    /// </summary>
    public static Expected Nothing => new(Kind.Nothing, 0);

    /// <summary>The stream cannot exist, because its id was just generated. This saves reading it.</summary>
    public static Expected Fresh => new(Kind.Fresh, 0);

    /// <summary>Whether the stream cannot exist.</summary>
    public bool IsFresh => _kind == Kind.Fresh;

    /// <summary>Throws if the actual version is not the expected one. <paramref name="changes"/>: the command would store events.</summary>
    public void Check(long actual, bool changes)
    {
        if (_kind == Kind.Exactly && actual != _version) throw new Stale(_version, actual);
        if (_kind == Kind.Nothing && actual > 0 && changes) throw new VersionRequired(actual);
    }
}

/// <summary>
/// The outcome of a command: the state of the stream after it (null if the stream does not exist), the version of the stream, and whether
/// anything was stored.
/// </summary>
public readonly record struct Decision<T>(T? State, long Version, bool Changed) where T : class;
