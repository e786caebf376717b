// An OpenID Connect provider in a process of its own: prints its address, then issues tokens that say what the caller asks for.
// POST /test?ago=SECONDS sets its clock back, POST /test?rotate makes a new signing key and forgets the old one.
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

const now = Date.now
let ago = 0
Date.now = () => now() - ago * 1000

async function keys() {
  const made = ['RS256', 'ES256', 'PS512'].map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true })
    return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg, use: 'sig' }
  })
  return { keys: await Promise.all(made) }
}

// The client's name says what its tokens are: role and algorithm.
const clients = ['operator', 'editor', 'nobody'].flatMap((role) => ['RS256', 'ES256', 'PS512', 'HS256'].map((alg) => ({
  client_id: `${role}-${alg}`, client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
})))

async function provider(issuer) {
  const made = new Provider(issuer, {
    clients,
    jwks: await keys(),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, audience, client) => {
          const alg = client.clientId.split('-')[1]
          return { audience, scope: '', accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: alg === 'HS256' ? { alg, key: Buffer.alloc(32, 1) } : { alg } } }
        },
      },
    },
    extraTokenClaims: (_, token) => ({ role: [token.clientId.split('-')[0]] }),
  })
  return made.callback()
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://provider')
  if (url.pathname !== '/test') return answer(request, response)
  ago = Number(url.searchParams.get('ago') ?? 0)
  if (url.searchParams.has('rotate')) answer = await provider(issuer)
  response.end()
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const issuer = `http://127.0.0.1:${server.address().port}`
let answer = await provider(issuer)
console.log(issuer)
process.stdin.on('end', () => process.exit()).resume() // with whoever started it
