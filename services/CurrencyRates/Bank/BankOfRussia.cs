using System.Globalization;
using System.Net;

namespace CurrencyRates.Bank;

/// <summary>
/// Fetches sheets from the Bank of Russia over HTTP, with limits of time, size and redirects. Every failure is an
/// <see cref="UnusableAnswer"/> with its reason.
/// </summary>
public sealed class BankOfRussia(HttpClient http, IConfiguration configuration)
{
    /// <summary>Maximum response size in bytes; real responses have about 12,000.</summary>
    public const int MaxResponseBytes = 1024 * 1024;

    /// <summary>The source that is stored with its sheets.</summary>
    public const string Name = "Bank of Russia";

    /// <summary>
    /// Settings under <c>Bank</c>: <c>Address</c>, <c>Timeout</c> of a whole request, and <c>Resilience</c> (the standard handler's).
    /// </summary>
    public static void Configure(IServiceCollection services, IConfiguration bank) =>
        services.AddHttpClient<BankOfRussia>(client =>
        {
            client.BaseAddress = new Uri(bank["Address"]!);
            client.MaxResponseContentBufferSize = MaxResponseBytes;
            // The bank answers 403 to requests without a user agent.
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

    /// <summary>The sheet of a date, or the one that is still in effect on it.</summary>
    public async Task<DailySheet> Fetch(DateOnly date, CancellationToken ct)
    {
        // The timeouts of the resilience handler end with the headers, and it disables the timeout of the client, so a body that arrives
        // slowly needs this one.
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(configuration.GetValue("Bank:Timeout", TimeSpan.FromSeconds(40)));
        try
        {
            using var answer = await http.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"scripts/XML_daily.asp?date_req={date:dd'/'MM'/'yyyy}"), timeout.Token);
            if ((int)answer.StatusCode is >= 300 and < 400)
                throw new UnusableAnswer("the bank redirected in a loop, or to an insecure address");
            if (!answer.IsSuccessStatusCode)
                throw new UnusableAnswer($"the bank answered {(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd());
            return DailySheet.Parse(
                await answer.Content.ReadAsByteArrayAsync(timeout.Token), answer.Content.Headers.ContentType?.CharSet?.Trim('"'), date);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new UnusableAnswer($"the bank's answer is larger than {MaxResponseBytes} bytes", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new UnusableAnswer($"the bank cannot be reached: {e.GetBaseException().Message.TrimEnd('.')}", e);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is OperationCanceledException or Polly.ExecutionRejectedException)
        {
            throw new UnusableAnswer("the bank did not answer in time", e);
        }
    }
}
