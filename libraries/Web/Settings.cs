using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Platform.Web;

/// <summary>Settings that every process has.</summary>
public static class Settings
{
    /// <summary>
    /// The name of this process among the replicas of its service: the setting <c>Service:Replica</c>, or else service@machine (container
    /// hosts have distinct names).
    /// </summary>
    public static string Replica(this IConfiguration configuration, string service) =>
        configuration["Service:Replica"] ?? $"{service}@{Environment.MachineName}";

    /// <summary>The version of a build, with the abbreviated commit if the build knows it.</summary>
    public static string Version(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        return version.IndexOf('+', StringComparison.Ordinal) is > 0 and var at ? version[..Math.Min(version.Length, at + 13)] : version;
    }

    /// <summary>The value of a setting; an exception that names the setting if it is missing.</summary>
    public static string Required(this IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"The setting {key} is missing. Set it in the environment as {key.Replace(":", "__")}.");
}
