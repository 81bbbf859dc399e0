import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { closed, listening } from './local-server.ts';
import { CLIENT_ID } from './oidc-env.ts';

/** Somebody whom the provider knows. */
export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: unknown;
}

export interface TestProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who sits before the browser, and signs in there without being asked. Null: they decline. */
  person: Person | null;
  /** What it was asked with, last. */
  readonly asked: () => URL | null;
  stop(): Promise<void>;
}

/** A certified implementation of OpenID Connect, in this process. People there never type anything. */
export async function startOidcProvider(redirectUri: string): Promise<TestProvider> {
  const server = createServer();
  const issuer = await listening(server);
  const clientSecret = randomBytes(24).toString('hex');
  const people = new Map<string, Person>();
  let person: Person | null = null;
  let asked: URL | null = null;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const client = { client_secret: clientSecret, redirect_uris: [redirectUri] };
  const provider = new Provider(issuer, {
    clients: [
      { ...client, client_id: CLIENT_ID },
      { ...client, client_id: 'another-application' },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ ...(people.get(sub) as object), sub }),
    }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
      Grant: 600,
    },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/auth') asked = url;
    if (!url.pathname.startsWith('/interaction/')) return answer(request, response);
    if (person !== null) people.set(person.sub, person);
    const result =
      person === null
        ? { error: 'access_denied', error_description: 'no, thank you' }
        : { login: { accountId: person.sub, remember: false } };
    return provider.interactionFinished(request, response, result);
  });
  const stop = () => closed(server);
  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret,
    get person() {
      return person;
    },
    set person(next) {
      person = next;
    },
    asked: () => asked,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Follows what a browser would, with the cookies of that provider, until it is sent away from there. */
export async function goThroughProvider(url: string): Promise<string> {
  const { origin } = new URL(url);
  const jar = new Map<string, string>();
  let at = url;
  for (let hops = 0; hops < 10 && new URL(at).origin === origin; hops += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    const to = answer.headers.get('location');
    if (to === null)
      throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`);
    at = new URL(to, at).href;
  }
  return at;
}
