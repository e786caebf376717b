using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Portal.Console;

/// <summary>
/// Extends the idle limit of a session when the person uses an open page. Requests that the page makes by itself do not count.
/// </summary>
internal sealed class UserActivity(AuthenticationStateProvider session, Renewal renewal) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        renewal.Touch((await session.GetAuthenticationStateAsync()).User);
        await next(context);
    };
}
