// An OpenID Connect provider for tests. It prints its address, issues the tokens that clients ask for, and signs in anybody who names an
// account. Its argument is the redirect address for people who sign in. POST /test changes its behaviour (`behaviour`), and
// GET /test?account= returns how often the tokens of an account were renewed.
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

const now = Date.now
// ago: its clock is this many seconds late; gone: this account no longer exists; rotate: it uses a new signing key and drops the old one.
let behaviour = new URLSearchParams()
const gone = new Set()
const renewed = new Map()
Date.now = () => now() - Number(behaviour.get('ago') ?? 0) * 1000

async function keys() {
  const made = ['RS256', 'ES256', 'PS512'].map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true })
    return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg, use: 'sig' }
  })
  return { keys: await Promise.all(made) }
}

// The name of a client determines its role and the algorithm of its tokens. The name of an account determines the roles of a person:
// editor, editor+moderator or nobody. The tokens of editor;lasting=4 expire after four seconds, and editor;norefresh gets no refresh token.
const clients = ['operator', 'editor', 'nobody'].flatMap((role) => ['RS256', 'ES256', 'PS512', 'HS256'].map((alg) => ({
  client_id: `${role}-${alg}`, client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
})))
const portal = {
  client_id: 'console', client_secret: 'secret of the console', token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['authorization_code', 'refresh_token'], redirect_uris: [process.argv[2] ?? 'https://portal.example/console/signed-in'],
}
const roles = ['editor', 'moderator', 'operator', 'admin']
const options = (account) => new URLSearchParams(account?.split(';').slice(1).join('&'))

async function provider(issuer) {
  const made = new Provider(issuer, {
    clients: [...clients, portal],
    jwks: await keys(),
    cookies: { keys: [randomUUID()] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: ({ oidc }, audience, client) => {
          const alg = client.clientId.split('-')[1] ?? 'RS256'
          return {
            audience,
            scope: '',
            accessTokenTTL: Number(options(oidc.account?.accountId).get('lasting') ?? 600),
            accessTokenFormat: 'jwt',
            jwt: { sign: alg === 'HS256' ? { alg, key: Buffer.alloc(32, 1) } : { alg } },
          }
        },
      },
    },
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    interactions: { url: (_, interaction) => `/people/${interaction.uid}` },
    findAccount: (_, id) => gone.has(id) ? undefined : { accountId: id, claims: () => ({ sub: id, name: `Name of ${id}` }) },
    issueRefreshToken: ({ oidc }) => !options(oidc.account.accountId).has('norefresh'),
    rotateRefreshToken: true,
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
    extraTokenClaims: (_, { accountId, clientId }) => ({
      role: accountId ? accountId.split(';')[0].split('+').filter((word) => roles.includes(word)) : [clientId.split('-')[0]],
    }),
  })
  made.on('grant.success', ({ oidc }) => {
    if (oidc.params.grant_type === 'refresh_token') renewed.set(oidc.account.accountId, (renewed.get(oidc.account.accountId) ?? 0) + 1)
  })
  return made
}

/** Signs in a person who names an account. An empty name cancels the sign-in. */
async function people(request, response) {
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    return response.end('<!DOCTYPE html><title>Provider</title><link rel="icon" href="data:,"><form method="post">'
      + '<label>Account <input name="account"></label> <button>Continue</button></form>')
  }
  let body = ''
  for await (const part of request) body += part
  const accountId = new URLSearchParams(body).get('account')
  const cancelled = { error: 'access_denied', error_description: 'The person cancelled the sign-in.' }
  await current.interactionFinished(request, response, accountId ? { login: { accountId } } : cancelled)
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://provider')
  if (url.pathname.startsWith('/people/')) return people(request, response)
  if (url.pathname !== '/test') return current.callback()(request, response)
  if (request.method === 'GET') return response.end(`${renewed.get(url.searchParams.get('account')) ?? 0}`)
  behaviour = url.searchParams
  for (const account of behaviour.getAll('gone')) gone.add(account)
  if (behaviour.has('rotate')) current = await provider(issuer)
  response.end()
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const issuer = `http://127.0.0.1:${server.address().port}`
let current = await provider(issuer)
console.log(issuer)
process.stdin.on('end', () => process.exit()).resume() // ends with the process that started it
