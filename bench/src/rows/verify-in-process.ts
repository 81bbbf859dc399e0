import { hash } from 'node:crypto';
import { createKeyBody, putApiBody, type Verify } from '@claviger/contract';
import { createKey, EVERYWHERE, putApi } from '@claviger/core';
import {
  API_ID,
  apiDefinition,
  caller,
  newKey,
  openClaviger,
  PERMISSION,
  questionOf,
  type Opened,
} from '../fixtures.ts';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, takeTurns, type Compared, type Effort } from '../rounds.ts';

/** So many that no inline cache or branch predictor knows them by heart, so few that they stay in the processor's cache. */
const KEYS = 1_000;
/** About a second, so that a round has the one flush that a second of a server has. */
const VERIFICATIONS = 800_000;

const MIN_PER_SECOND = 250_000;

interface Case {
  readonly what: string;
  /** Times the baseline. */
  readonly maxRatio: number;
  readonly definition: object;
  readonly key: object;
  readonly ask: (token: string) => Verify;
}

const plain: Case = {
  what: 'verify in process, key cached, recorded',
  maxRatio: 2,
  definition: apiDefinition,
  key: {},
  ask: questionOf,
};

/** More than the rounds take, so that none is refused: a refusal would be another path. */
const limit = { limit: 1_000_000_000, windowSeconds: 60 };

const withEveryRule: Case = {
  what: 'the same with origin, address, resource and three limits',
  maxRatio: 2.5,
  definition: {
    ...apiDefinition,
    formats: { publishable: { prefix: 'pk', length: 48 } },
    permissions: [{ id: PERMISSION, name: 'Read jobs', access: 'read', publishable: true }],
    resourceTypes: [{ id: 'customer', name: 'Customer' }],
    rateLimits: [
      { name: 'read', ...limit, access: 'read' },
      { name: 'all', ...limit },
      { name: 'organization', ...limit, scope: 'organization' },
    ],
  },
  key: {
    kind: 'publishable',
    allowedOrigins: ['https://app.example.com', '*.example.org'],
    allowedIps: ['203.0.113.7', '198.51.100.0/24'],
    resources: { customer: ['cus_1', 'cus_2'] },
  },
  // Written out, as a caller does: spreading one object into another would be measured as well.
  ask: (token) => ({
    token,
    apiId: API_ID,
    permissions: [PERMISSION],
    cost: 1,
    origin: 'https://app.example.com',
    ip: '203.0.113.7',
    resources: { customer: 'cus_1' },
  }),
};

async function measure(effort: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  for (const measured of [plain, withEveryRule]) {
    rows.push(rowOf(measured, await compareWithBare(measured, effort)));
  }
  return rows;
}

async function compareWithBare(
  { definition, key, ask: asked }: Case,
  effort: Effort,
): Promise<Compared> {
  const opened = await openClaviger();
  const { claviger } = opened;
  await putApi(claviger, caller, API_ID, putApiBody.parse(definition));
  const tokens = await createTokens(opened, key);
  const digests = new Map(tokens.map((token, n) => [hash('sha256', token, 'latin1'), n]));
  const count = Math.round(VERIFICATIONS * effort.scale);
  const tokenOf = (n: number) => tokens[n % KEYS] as string;
  const ask = (token: string) => claviger.verifier.verify(asked(token), EVERYWHERE);
  for (const token of tokens) await ask(token);

  const bare = () => {
    let found = 0;
    const begun = performance.now();
    for (let n = 0; n < count; n++) {
      if (digests.get(hash('sha256', tokenOf(n), 'latin1')) !== undefined) found++;
    }
    return perSecond(found, count, begun);
  };
  const verified = async () => {
    await claviger.follower.renew();
    let valid = 0;
    const begun = performance.now();
    for (let n = 0; n < count; n++) {
      const decision = ask(tokenOf(n));
      // A promise would mean that it was not answered from memory.
      if ('valid' in decision && decision.valid) valid++;
    }
    await claviger.recorder.flush();
    return perSecond(valid, count, begun);
  };

  await takeTurns({ ...effort, rounds: 2 }, { bare, verified });
  const measured = await takeTurns(effort, { bare, verified });
  await opened.close();
  return compare(measured.bare, measured.verified);
}

async function createTokens({ claviger }: Opened, fields: object): Promise<string[]> {
  const creating = Array.from({ length: KEYS }, (_, n) =>
    createKey(claviger, caller, createKeyBody.parse({ ...newKey(n), ...fields })),
  );
  return (await Promise.all(creating)).map(({ secret, publicKey = '' }) => secret ?? publicKey);
}

function rowOf({ what, maxRatio }: Case, compared: Compared): Row {
  return {
    what,
    baseline: 'crypto.hash + Map.get',
    unit: '/s',
    compared,
    budget: `≥ ${1 / maxRatio} of its rate (${maxRatio} × its time), ≥ ${MIN_PER_SECOND.toLocaleString('en-US')}/s`,
    met: compared.ratio.median >= 1 / maxRatio && compared.subject >= MIN_PER_SECOND,
  };
}

function perSecond(successes: number, count: number, begun: number): number {
  if (successes !== count) throw new Error(`${count - successes} of ${count} were not accepted`);
  return (count / (performance.now() - begun)) * 1_000;
}

answerAsks({ measure });
