import { ClavigerError, type Clock } from '@claviger/core';
import * as client from 'openid-client';
import type { OidcConfig } from './oidc-config.ts';

/** A sign-in that was begun, to be remembered until the person comes back. None of it leaves the server but what the address holds. */
export interface OidcAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What the provider says of who signed in. */
export interface OidcPerson {
  readonly issuer: string;
  readonly subject: string;
  /** In lower case; null: it was not told. */
  readonly email: string | null;
  readonly emailVerified: boolean;
}

/** The provider's answer is not what it should be, or the person refused. `cause` is for the log. */
export class OidcRefusal extends Error {
  override readonly name = 'OidcRefusal';
}

/** It does not answer. The cause is for the log. */
export class OidcUnavailableError extends ClavigerError {
  override readonly name = 'OidcUnavailableError';
  readonly code = 'SINGLE_SIGN_ON_UNAVAILABLE';

  constructor(cause: unknown) {
    super('The provider of the single sign-on does not answer. Sign in another way, or later.', {
      cause,
    });
  }
}

/** A provider changes its keys and addresses seldom; unknown keys are looked for at once anyway. */
const CONFIGURATION_MS = 3_600_000;
const TIMEOUT_SECONDS = 10;

/** OpenID Connect's authorization code flow with PKCE, state and nonce. */
export class OidcClient {
  readonly #config: OidcConfig;
  readonly #redirectUri: string;
  readonly #clock: Clock;
  #found: { readonly configuration: client.Configuration; readonly atMs: number } | null = null;

  constructor(config: OidcConfig, redirectUri: string, clock: Clock) {
    this.#config = config;
    this.#redirectUri = redirectUri;
    this.#clock = clock;
  }

  /** `again`: the provider is asked to make sure of who it is. Rejects with `OidcUnavailableError`. */
  async begin(again: boolean): Promise<{ readonly url: string; readonly attempt: OidcAttempt }> {
    const configuration = await this.#configuration();
    const attempt = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirectUri,
      scope: this.#config.scopes,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
      ...(again && { prompt: 'login' }),
    });
    return { url: url.href, attempt };
  }

  /** With the query that the provider sent the person back with. Rejects with `OidcRefusal`, `OidcUnavailableError`. */
  async finish(query: URLSearchParams, attempt: OidcAttempt): Promise<OidcPerson> {
    const configuration = await this.#configuration();
    const came = new URL(this.#redirectUri);
    came.search = query.toString();
    try {
      const tokens = await client.authorizationCodeGrant(configuration, came, {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.codeVerifier,
        idTokenExpected: true,
      });
      return await personOf(configuration, tokens);
    } catch (error) {
      throw new OidcRefusal('the provider’s answer was refused', { cause: error });
    }
  }

  /** The issuer that it names must be the one configured; the library sees to it. */
  async #configuration(): Promise<client.Configuration> {
    const nowMs = this.#clock.monotonic();
    if (this.#found !== null && nowMs - this.#found.atMs < CONFIGURATION_MS) {
      return this.#found.configuration;
    }
    const { issuer, clientId, clientSecret } = this.#config;
    const isPlain = issuer.startsWith('http:');
    try {
      const configuration = await client.discovery(
        new URL(issuer),
        clientId,
        undefined,
        authentication(clientSecret),
        {
          timeout: TIMEOUT_SECONDS,
          execute: [
            client.enableNonRepudiationChecks,
            ...(isPlain ? [client.allowInsecureRequests] : []),
          ],
        },
      );
      this.#found = { configuration, atMs: nowMs };
      return configuration;
    } catch (error) {
      throw new OidcUnavailableError(error);
    }
  }
}

/** In the header, as OpenID Connect expects it, unless the provider takes it in the body alone. */
const authentication =
  (secret: string): client.ClientAuth =>
  (server, metadata, body, headers) => {
    const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = server;
    const method = methods.includes('client_secret_basic')
      ? client.ClientSecretBasic(secret)
      : client.ClientSecretPost(secret);
    return method(server, metadata, body, headers);
  };

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

/** Many providers leave the e-mail out of the token and tell it at the address for that. */
async function personOf(configuration: client.Configuration, tokens: Tokens): Promise<OidcPerson> {
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('no ID token');
  const asks = claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint;
  const told = asks
    ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
    : claims;
  const email = told['email'];
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: typeof email === 'string' ? email.toLowerCase() : null,
    // Some say "false" in quotes.
    emailVerified: told['email_verified'] === true,
  };
}
