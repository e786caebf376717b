// Reads the rates of a host with a third-party client (exchange-rates-api) and with the converter that Frankfurter recommends (money). Only
// the host is changed. Prints the result as JSON.
import rates from 'exchange-rates-api'
import fx from 'money'

const host = process.argv[2]
const ask = () => rates.exchangeRates().setApiBaseUrl(`${host}/v1`)
const one = await ask().at('2025-04-06').base('USD').symbols('RUB').fetch()
const some = await ask().at('2025-04-02').base('RUB').symbols(['EUR', 'CNY']).fetch()
const latest = await ask().latest().base('EUR').fetch()

const day = await (await fetch(`${host}/v1/2025-04-05?base=RUB`)).json()
fx.base = day.base
fx.rates = { ...day.rates, [day.base]: 1 }
const range = await (await fetch(`${host}/v1/2025-04-01..2025-04-07?base=CNY&symbols=RUB`)).json()
const currencies = await (await fetch(`${host}/v1/currencies`)).json()
const converted = fx.convert(1000, { from: 'USD', to: 'RUB' })
console.log(JSON.stringify({ one, some, latest: Object.keys(latest).length, converted, range, currencies }))
