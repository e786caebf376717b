using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Portal.Console;

/// <summary>What a person does on an open page keeps their session from ending as idle; what the page does by itself does not.</summary>
internal sealed class PersonsActivity(AuthenticationStateProvider session, Renewal renewal) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        renewal.Touch((await session.GetAuthenticationStateAsync()).User);
        await next(context);
    };
}
