using System.Net;
using Kit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Integration.Gateway;

/// <summary>A replica dies while it answers.</summary>
public sealed class OnceElsewhereTests : IClassFixture<GatewayFixture>, IDisposable
{
    private readonly GatewayFixture _gateway;

    public OnceElsewhereTests(GatewayFixture gateway)
    {
        _gateway = gateway;
        _gateway.One.Answer = AnsweringService.Dies;
        _gateway.Other.Answer = http => http.Response.WriteAsync("from the other");
    }

    [Fact]
    public async Task A_read_is_answered_by_another_and_its_caller_hears_nothing_of_it()
    {
        using var reader = _gateway.Client();
        var died = _gateway.One.Asked;
        for (var i = 0; i < 40 && _gateway.One.Asked == died; i++)
            Assert.Equal("from the other", (await reader.Send($"GET /api/articles/{Guid.CreateVersion7()}")).Is(HttpStatusCode.OK).Body);
        Assert.True(_gateway.One.Asked > died, "the dying one was asked");
    }

    [Fact]
    public async Task A_read_that_meets_two_dying_replicas_is_a_problem_and_is_tried_no_more()
    {
        _gateway.Other.Answer = AnsweringService.Dies;
        using var reader = _gateway.Client();
        var asked = _gateway.One.Asked + _gateway.Other.Asked;
        (await reader.Send($"GET /api/articles/{Guid.CreateVersion7()}")).IsProblem(502);
        Assert.InRange(_gateway.One.Asked + _gateway.Other.Asked - asked, 1, 2);
    }

    [Fact]
    public async Task A_write_is_never_repeated()
    {
        _gateway.Other.Answer = AnsweringService.Dies;
        using var editor = _gateway.Client("editor");
        var asked = _gateway.One.Asked + _gateway.Other.Asked;
        (await editor.Send($"PUT /api/articles/{Guid.CreateVersion7()}", new { })).IsProblem(502);
        Assert.Equal(1, _gateway.One.Asked + _gateway.Other.Asked - asked);
    }

    public void Dispose() => _gateway.One.Answer = _gateway.Other.Answer = _ => Task.CompletedTask;
}
