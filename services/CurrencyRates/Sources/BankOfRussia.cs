using System.Globalization;
using System.Net;

namespace CurrencyRates.Sources;

/// <summary>
/// The Bank of Russia over HTTP: fetches one date's sheet within limits of time, size and redirects. Whatever goes wrong is an
/// <see cref="Unusable"/> with its reason.
/// </summary>
public sealed class BankOfRussia(HttpClient http, IConfiguration configuration)
{
    /// <summary>Largest answer that is read, in bytes; the real ones have some 12,000.</summary>
    public const int LargestAnswer = 1024 * 1024;

    /// <summary>As sheets name it as their source.</summary>
    public const string Name = "Bank of Russia";

    /// <summary>
    /// Settings under <c>Bank</c>: <c>Address</c>, <c>Timeout</c> of a whole request, and <c>Resilience</c> (the standard handler's).
    /// </summary>
    public static void Configure(IServiceCollection services, IConfiguration bank) =>
        services.AddHttpClient<BankOfRussia>(client =>
        {
            client.BaseAddress = new Uri(bank["Address"]!);
            client.MaxResponseContentBufferSize = LargestAnswer;
            // Without one the bank answers 403.
            client.DefaultRequestHeaders.UserAgent.ParseAdd("NewsPlatform/1.0");
        })
        .ConfigurePrimaryHttpMessageHandler(
            () =>
                new SocketsHttpHandler
                {
                    MaxAutomaticRedirections = 3,
                    UseCookies = false,
                    AutomaticDecompression = DecompressionMethods.All,
                })
        .AddStandardResilienceHandler(bank.GetSection("Resilience"));

    /// <summary>The sheet of a date, or the one that still holds on it.</summary>
    public async Task<DailySheet> Fetch(DateOnly date, CancellationToken ct)
    {
        // The resilience handler's limits end with the headers, and it takes the client's own away: a body that trickles needs this one.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(configuration.GetValue("Bank:Timeout", TimeSpan.FromSeconds(40)));
        try
        {
            using var answer = await http.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"scripts/XML_daily.asp?date_req={date:dd'/'MM'/'yyyy}"), limit.Token);
            if ((int)answer.StatusCode is >= 300 and < 400) throw new Unusable("the bank redirected in a loop, or to an insecure address");
            if (!answer.IsSuccessStatusCode)
                throw new Unusable($"the bank answered {(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd());
            return DailySheet.Parse(
                await answer.Content.ReadAsByteArrayAsync(limit.Token), answer.Content.Headers.ContentType?.CharSet?.Trim('"'), date);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new Unusable($"the bank's answer is larger than {LargestAnswer} bytes", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new Unusable($"the bank cannot be reached: {e.GetBaseException().Message.TrimEnd('.')}", e);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is OperationCanceledException or Polly.ExecutionRejectedException)
        {
            throw new Unusable("the bank did not answer in time", e);
        }
    }
}
