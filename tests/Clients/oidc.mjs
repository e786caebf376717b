// An OpenID Connect provider in a process of its own: prints its address, then issues tokens that say what the caller asks for, and lets in whoever names an account.
// Its argument is where people are sent back to, for those who sign in. POST /test sets what it does from then on (`told`); GET /test?account= says how often it renewed the tokens of one.
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

const now = Date.now
// ago: its clock is that many seconds late; gone: an account that is no more, for good; rotate: a new signing key, the old one forgotten.
let told = new URLSearchParams()
const gone = new Set()
const renewed = new Map()
Date.now = () => now() - Number(told.get('ago') ?? 0) * 1000

async function keys() {
  const made = ['RS256', 'ES256', 'PS512'].map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true })
    return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg, use: 'sig' }
  })
  return { keys: await Promise.all(made) }
}

// The client's name says what its tokens are: role and algorithm. For people their account does: editor, editor+moderator, nobody; editor;lasting=4 has tokens for four seconds,
// editor;norefresh none to renew them with.
const clients = ['operator', 'editor', 'nobody'].flatMap((role) => ['RS256', 'ES256', 'PS512', 'HS256'].map((alg) => ({
  client_id: `${role}-${alg}`, client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
})))
const portal = {
  client_id: 'console', client_secret: 'secret of the console', token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['authorization_code', 'refresh_token'], redirect_uris: [process.argv[2] ?? 'https://portal.example/console/signed-in'],
}
const roles = ['editor', 'moderator', 'operator', 'admin']
const wishes = (account) => new URLSearchParams(account?.split(';').slice(1).join('&'))

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
          return { audience, scope: '', accessTokenTTL: Number(wishes(oidc.account?.accountId).get('lasting') ?? 600), accessTokenFormat: 'jwt', jwt: { sign: alg === 'HS256' ? { alg, key: Buffer.alloc(32, 1) } : { alg } } }
        },
      },
    },
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    interactions: { url: (_, interaction) => `/people/${interaction.uid}` },
    findAccount: (_, id) => gone.has(id) ? undefined : { accountId: id, claims: () => ({ sub: id, name: `Name of ${id}` }) },
    issueRefreshToken: ({ oidc }) => !wishes(oidc.account.accountId).has('norefresh'),
    rotateRefreshToken: true,
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
    extraTokenClaims: (_, token) => ({ role: token.accountId ? token.accountId.split(';')[0].split('+').filter((word) => roles.includes(word)) : [token.clientId.split('-')[0]] }),
  })
  made.on('grant.success', ({ oidc }) => {
    if (oidc.params.grant_type === 'refresh_token') renewed.set(oidc.account.accountId, (renewed.get(oidc.account.accountId) ?? 0) + 1)
  })
  return made
}

/** Whoever says who they are is let in; who says nothing does not want to. */
async function people(request, response) {
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    return response.end('<!DOCTYPE html><title>Provider</title><link rel="icon" href="data:,"><form method="post"><label>Account <input name="account"></label> <button>Continue</button></form>')
  }
  let body = ''
  for await (const part of request) body += part
  const accountId = new URLSearchParams(body).get('account')
  await known.interactionFinished(request, response, accountId ? { login: { accountId } } : { error: 'access_denied', error_description: 'Somebody turned back.' })
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://provider')
  if (url.pathname.startsWith('/people/')) return people(request, response)
  if (url.pathname !== '/test') return known.callback()(request, response)
  if (request.method === 'GET') return response.end(`${renewed.get(url.searchParams.get('account')) ?? 0}`)
  told = url.searchParams
  for (const account of told.getAll('gone')) gone.add(account)
  if (told.has('rotate')) known = await provider(issuer)
  response.end()
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const issuer = `http://127.0.0.1:${server.address().port}`
let known = await provider(issuer)
console.log(issuer)
process.stdin.on('end', () => process.exit()).resume() // with whoever started it
