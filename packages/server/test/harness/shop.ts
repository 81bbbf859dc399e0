import { expectStatus } from './fixtures.ts';
import type { Answer, CallOptions, TestServer } from './test-server.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An API with every kind of key, permissions of each sort, and nothing that restricts a key. */
export const SHOP = {
  name: 'Shop API',
  formats: {
    secret: { prefix: 'sk', length: 48 },
    publishable: { prefix: 'pk', length: 32 },
    pair: { public: { prefix: 'pk', length: 32 }, secret: { prefix: 'sk', length: 60 } },
  },
  permissions: [
    { id: 'items:read', name: 'Read items', access: 'read', publishable: true },
    { id: 'items:write', name: 'Write items', access: 'write' },
    { id: 'chat:send', name: 'Chat', access: 'write', publishable: true },
  ],
  presets: [
    { id: 'full-access', name: 'Full access', grants: 'all' },
    { id: 'read-only', name: 'Read only', grants: 'read' },
  ],
  resourceTypes: [
    { id: 'customer', name: 'Customer' },
    { id: 'node', name: 'Node' },
  ],
};

export interface Shop {
  readonly apiId: string;
  /** Puts the definition, with these fields in place of its own. */
  define(fields?: Fields): Promise<Answer>;
  /** A key of `acme` that may read, unless said otherwise; the body of the answer. */
  create(fields?: Fields): Promise<Answer['body']>;
  tryCreate(fields: Fields): Promise<Answer>;
  patch(id: string, body: Fields): Promise<Answer>;
  get(id: string): Promise<Answer['body']>;
  decide(token: string, ask?: Fields): Promise<Answer['body']>;
  /** What the protected API answers, and why: `401 REVOKED`. */
  outcome(token: string, ask?: Fields): Promise<string>;
  /** Takes nothing: what remains of each limit, by name, and of the credits. */
  remaining(token: string, ask?: Fields): Promise<Record<string, number>>;
}

/** A shop of its own on the server, and the organizations `acme` and `globex`. */
export async function openShop(server: TestServer, apiId: string, fields: Fields = {}) {
  const call = (method: string, path: string, options: CallOptions) =>
    server.call(method, path, options);
  const base = { apiId, organizationId: 'acme', name: 'Production website' };
  const rights = (given: Fields) =>
    given['preset'] === undefined && given['permissions'] === undefined
      ? { permissions: ['items:read'] }
      : {};
  const shop: Shop = {
    apiId,
    define: (changed = {}) => call('PUT', `/v1/apis/${apiId}`, { body: { ...SHOP, ...changed } }),
    tryCreate: (given) =>
      call('POST', '/v1/keys', { body: { ...base, ...rights(given), ...given } }),
    create: async (given = {}) => (await expectStatus(201, shop.tryCreate(given))).body,
    patch: (id, body) => call('PATCH', `/v1/keys/${id}`, { body }),
    get: async (id) => (await expectStatus(200, server.call('GET', `/v1/keys/${id}`))).body,
    async decide(token, ask = {}) {
      const body = { token, apiId, ...ask };
      return (await expectStatus(200, call('POST', '/v1/keys/verify', { body }))).body;
    },
    async outcome(token, ask) {
      const { status, code } = await shop.decide(token, ask);
      return `${status} ${code}`;
    },
    async remaining(token, ask) {
      const { rateLimits = [], credits } = await shop.decide(token, { cost: 0, ...ask });
      const states = rateLimits.map((state: Answer['body']) => [state.name, state.remaining]);
      return { ...Object.fromEntries(states), ...(credits && { credits: credits.remaining }) };
    },
  };
  for (const id of ['acme', 'globex']) {
    await expectStatus(200, call('PUT', `/v1/organizations/${id}`, { body: { name: id } }));
  }
  await expectStatus(200, shop.define(fields));
  return shop;
}

/** How the server refused: `400 INVALID_REQUEST /allowedOrigins/0`. */
export async function refusal(answer: Promise<Answer>): Promise<string> {
  const { status, body } = await answer;
  const pointers = (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);
  return [status, body.code, ...pointers].join(' ');
}
