import { openShop } from './shop.ts';
import type { Answer, TestServer } from './test-server.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Recorded {
  readonly keys: { readonly acme: string; readonly globex: string; readonly staging: string };
  readonly secrets: { readonly acme: string; readonly globex: string };
  /** Of each verification, by its name; `end` is after all of them. */
  readonly ids: Readonly<Record<string, string>>;
  readonly times: Readonly<Record<string, string>>;
  readonly unknownToken: string;
  readonly unknownHint: string;
  /** `disabled mobile`; entries that have no name, such as those of the tests' own requests, are left out. */
  namesOf(entries: readonly { readonly id: string }[]): string;
  /** One more of acme's key. Answers the decision. */
  verifyOnce(name: string, ask?: Fields): Promise<Answer['body']>;
}

const REQUESTS: Record<string, Fields> = {
  first: {
    permissions: ['items:read'],
    ip: '203.0.113.7',
    request: { id: 'req-first', method: 'POST', path: '/v1/jobs', userAgent: 'acme-bot/1.0' },
  },
  refused: {
    permissions: ['items:write'],
    ip: '203.0.113.200',
    request: { method: 'GET', path: '/v1/jobs/7?secret=1', userAgent: 'Acme-Bot/1.1' },
  },
  mobile: {
    ip: '2001:DB8:0::1',
    origin: 'https://app.example.com',
    request: { path: '/v2/customers', userAgent: 'Mozilla/5.0' },
  },
  limited: { ip: '::ffff:203.0.113.7', request: { path: '/v1/jobs' } },
};

/** Verifications of every kind, a second apart, on a server that has none yet. */
export async function recordVerifications(server: TestServer): Promise<Recorded> {
  const shop = await openShop(server, 'shop', { environments: ['production', 'staging'] });
  const billing = await openShop(server, 'billing');
  const acme = await shop.create();
  const globex = await shop.create({ organizationId: 'globex' });
  const staging = await shop.create({ environment: 'staging' });
  const rateLimits = [{ name: 'all', limit: 1, windowSeconds: 60 }];
  const limited = await shop.create({ rateLimits, name: 'Limited' });
  const gone = await shop.create({ name: 'Deleted' });
  const billed = await billing.create();

  const ids: Record<string, string> = {};
  const times: Record<string, string> = {};
  const record = async (name: string, token: string, ask: Fields = {}, of = shop) => {
    await server.advance(1_000);
    const decision = await of.decide(token, {
      environment: 'production',
      ...REQUESTS[name],
      ...ask,
    });
    ids[name] = decision.logId;
    times[name] = new Date(server.clock.now()).toISOString();
    return decision;
  };

  await record('first', acme.secret);
  await record('refused', acme.secret);
  await record('mobile', globex.secret);
  await record('staging', staging.secret, { environment: 'staging' });
  await record('limited', limited.secret, { cost: 2 });
  await server.call('POST', `/v1/keys/${globex.key.id}/disable`);
  await record('disabled', globex.secret);
  await server.call('DELETE', `/v1/keys/${gone.key.id}`);
  await record('unknown', gone.secret, {
    origin: `https://${gone.secret}.example.com`,
    request: { path: `/v1/${gone.secret}/items`, userAgent: `curl ${gone.secret}` },
  });
  await record('billing', billed.secret, {}, billing);
  await server.advance(1_000);
  times['end'] = new Date(server.clock.now()).toISOString();

  return {
    keys: { acme: acme.key.id, globex: globex.key.id, staging: staging.key.id },
    secrets: { acme: acme.key.secrets[0].id, globex: globex.key.secrets[0].id },
    ids,
    times,
    unknownToken: gone.secret,
    unknownHint: gone.key.hint,
    namesOf: (entries) =>
      entries
        .flatMap(({ id }) => Object.keys(ids).find((name) => ids[name] === id) ?? [])
        .join(' '),
    verifyOnce: (name, ask = { request: { path: `/${name}` } }) => {
      const asked = { environment: 'production', permissions: ['items:read'], ...ask };
      return shop.decide(acme.secret, asked);
    },
  };
}
