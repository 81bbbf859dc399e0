import {
  ClavigerClient,
  ClavigerError,
  type CreateKeyInput,
  type Decision,
  type Key,
  type KeyCreated,
  type ListKeysOptions,
  type PutApiInput,
  type VerifyInput,
  type Issued,
} from '@claviger/sdk';
import { expect } from 'vitest';
import { generateToken } from '../../../core/src/tokens/generate-token.ts';
import { auditEvents } from './audit.ts';
import { exampleApi, type ExampleName } from './fixtures.ts';
import type { TestServer } from './test-server.ts';

type Ask = Omit<VerifyInput, 'token'>;
type NewKey = Partial<CreateKeyInput> & { readonly name: string };

/** The backend of one of the platforms in `examples/`: it manages keys and decides on those it is shown. */
export interface Platform {
  readonly server: TestServer;
  readonly client: ClavigerClient;
  readonly definition: PutApiInput;
  /** A key of `acme`, unless said otherwise. */
  create(fields: NewKey): Promise<Issued<KeyCreated>>;
  verify(token: string, ask?: Ask): Promise<Decision>;
  /** What the platform's API answers to the token, and why: `401 REVOKED`. */
  outcome(token: string, ask?: Ask): Promise<string>;
  /** Its first page of keys, after the uses so far are written. */
  list(query?: ListKeysOptions): Promise<Key[]>;
}

/** Defines the API as its `api.json` says, and two organizations: `acme` and `globex`. */
export async function definePlatform(server: TestServer, apiId: ExampleName): Promise<Platform> {
  const client = clientOf(server, server.rootKey);
  const definition = exampleApi(apiId) as PutApiInput;
  await client.apis.put(apiId, definition);
  await client.organizations.put('acme', { name: 'Acme' });
  await client.organizations.put('globex', { name: 'Globex' });
  const verify = (token: string, ask: Ask = {}) => client.verify({ token, apiId, ...ask });
  return {
    server,
    client,
    definition,
    verify,
    create: (fields) => client.keys.create({ apiId, organizationId: 'acme', ...fields }),
    async outcome(token, ask) {
      const { status, code } = await verify(token, ask);
      return `${status} ${code}`;
    },
    async list(query) {
      await server.claviger.recorder.flush();
      return (await client.keys.list({ apiId, ...query })).data;
    },
  };
}

export const clientOf = (server: TestServer, key: string): ClavigerClient =>
  new ClavigerClient({ baseUrl: server.url, key });

/** How the server refused: `409 KEY_REVOKED`, and the pointers to what was wrong in the request. */
export async function refusalOf(call: PromiseLike<unknown>): Promise<string> {
  const outcome = await Promise.resolve(call).catch((error: unknown) => error);
  if (!(outcome instanceof ClavigerError)) {
    throw new Error('it was not refused', { cause: outcome });
  }
  const { status, code, faults } = outcome;
  return [status, code, ...faults.map(({ pointer }) => pointer)].join(' ');
}

/** Right in every way, checksum included, and never issued. */
export function unknownToken({ definition: { formats } }: Platform, environment = 'production') {
  const format = formats.pair?.secret ?? formats.secret;
  if (format === undefined) throw new Error('the API issues no keys');
  return generateToken(format, environment);
}

/** Whatever is asked of the key, its holder or the records: beyond the hint, nothing of the secret comes back. */
export async function expectShownOnce(
  platform: Platform,
  created: Issued<KeyCreated>,
): Promise<void> {
  const { server, client, list } = platform;
  const { key, secret, publicKey } = created;
  const presented = publicKey === undefined ? secret : `${publicKey}:${secret}`;
  const answers = [
    key,
    await client.keys.get(key.id),
    await list({ q: key.id }),
    await client.keys.update(key.id, { description: 'Looked at again' }),
    await client.keys.disable(key.id),
    await client.keys.enable(key.id),
    await clientOf(server, presented).me(),
    await platform.verify(presented, { environment: key.environment }),
    await auditEvents(server),
  ].map((answer) => JSON.stringify(answer));
  const start = secret.lastIndexOf('_') + 1;
  expect(key.hint).toBe(`${secret.slice(0, start + 4)}…${secret.slice(-4)}`);
  const tellTale = secret.slice(start + 4, start + 12);
  expect(answers.filter((answer) => answer.includes(tellTale))).toEqual([]);
}
