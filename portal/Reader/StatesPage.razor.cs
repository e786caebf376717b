namespace Portal.Reader;

/// <summary><c>/{lang}/states?asOf=</c>: the states by group as of a date, with capital, local time and currency.</summary>
public partial class StatesPage
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet($"/{ReaderSite.Lang}/states", async (
            string lang,
            string? asOf,
            HttpContext http,
            Backends backends,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                // A date stands for noon UTC of that day.
                var moment = DateOnly.TryParse(asOf, System.Globalization.CultureInfo.InvariantCulture, out var day)
                    ? $"{Format.Iso(day)}T12:00:00Z"
                    : null;
                var address = Url.With("/api/states", ("asOf", moment ?? Format.Minute(clock.GetUtcNow())));
                var states = backends.Read<StatesView>(Part.States, address, ct);
                var frame = await Frame.Load(http, lang, backends, ct);
                return (await states).Value is null
                    ? http.ShowError(frame, (await states).Status)
                    : http.Show<StatesPage>(frame, new { States = (await states).Value, Day = moment is null ? null : Format.Iso(day) });
            });
}
