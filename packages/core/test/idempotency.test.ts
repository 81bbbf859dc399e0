import {
  commit,
  createClaviger,
  createKey,
  EVERYWHERE,
  putApi,
  putOrganization,
  regenerateKey,
  StorageError,
  type Caller,
  type Claviger,
  type Storage,
} from '@claviger/core';
import { createKeyBody } from '@claviger/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSecret, sealSecret } from '../src/idempotency/sealed-secret.ts';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { Peppers, type Pepper } from '../src/tokens/digest.ts';
import { anApi } from './harness/records.ts';
import { write } from './harness/seed.ts';
import { ManualClock } from './model/manual-clock.ts';

/** Repeats of requests with an Idempotency-Key, against the library alone: interleaved, cut off, under other peppers. */

const OLD: Pepper = { version: 1, key: Buffer.alloc(32, 1) };
const NEW: Pepper = { version: 2, key: Buffer.alloc(32, 2) };

const caller = (id = 'key_root'): Caller => ({
  actor: { type: 'rootKey', id },
  permissions: [],
  scope: EVERYWHERE,
  ip: null,
  requestId: null,
});

const bodies = ['Nightly export', 'Production scheduler'].map((name) =>
  createKeyBody.parse({
    apiId: 'interact',
    organizationId: 'acme',
    name,
    permissions: ['jobs_read'],
  }),
);

interface Request {
  readonly actorId: string;
  readonly key: string;
  readonly body: number;
}

const create = (claviger: Claviger, { actorId, key, body }: Request) => {
  const input = bodies[body]!;
  const asked = { method: 'POST', path: '/v1/keys', body: input };
  const request = { actor: caller(actorId).actor, key, asked };
  return claviger.idempotency.run(request, (once) =>
    createKey({ ...claviger, once }, caller(actorId), input),
  );
};

const ONE: Request = { actorId: 'key_root', key: 'order-1', body: 0 };

async function seeded(storage: Storage, peppers = [OLD], clock = new ManualClock()) {
  const claviger = createClaviger({ storage, peppers: new Peppers(peppers), clock });
  await claviger.follower.renew();
  await putApi(claviger, caller(), 'interact', anApi().definition);
  await putOrganization(claviger, caller(), 'acme', { name: 'Acme' });
  return claviger;
}

const keysIn = (storage: Storage): Promise<number> => write(storage, (tx) => tx.countKeys({}));

/** The storage, with every commit passing through here. */
const through = (
  storage: Storage,
  pass: <Result>(commit: () => Promise<Result>) => Promise<Result>,
): Storage => ({
  ...storage,
  committer: { commit: (work) => pass(() => storage.committer.commit(work)) },
});

interface Attempt {
  readonly request: Request;
  /** What becomes of its commit: answered; done, and the answer lost; not done. */
  readonly fate: 'answered' | 'lost' | 'failed';
  readonly server: number;
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  request: fc.record({
    actorId: fc.constantFrom('key_root', 'key_other'),
    key: fc.constantFrom('order-1', 'order-2'),
    body: fc.constantFrom(0, 1),
  }),
  fate: fc.constantFrom('answered', 'answered', 'lost', 'failed'),
  server: fc.constantFrom(0, 1),
});

type Outcome = Awaited<ReturnType<typeof create>> | { readonly code: string };

const attempted = (claviger: Claviger, request: Request): Promise<Outcome> =>
  create(claviger, request).catch((error: unknown) => error as { code: string });

test('however repeats interleave, are cut off or go to another server, each request is done at most once', async () => {
  const attempts = fc.array(attempt, { minLength: 2, maxLength: 8 });
  const property = fc.asyncProperty(fc.scheduler(), attempts, async (scheduler, asked) => {
    const storage = openMemoryStorage();
    await seeded(storage);
    const servers = [0, 1].map((index) => {
      const step = (label: string) => scheduler.schedule(Promise.resolve(), label);
      const fates = asked.filter(({ server }) => server === index).map(({ fate }) => fate);
      const stepped = through(storage, async (committing) => {
        const fate = fates.shift();
        await step('before the commit');
        if (fate === 'failed') throw new StorageError('away');
        const committed = await committing();
        await step('after the commit');
        if (fate === 'lost') throw new StorageError('away');
        return committed;
      });
      const clock = new ManualClock();
      return createClaviger({ storage: stepped, peppers: new Peppers([OLD]), clock });
    });
    const outcomes = asked.map(async ({ request, server }) => {
      await scheduler.schedule(Promise.resolve(), 'arrives');
      return attempted(servers[server]!, request);
    });
    expectOneAnswerEach(asked, await scheduler.waitFor(Promise.all(outcomes)));
    await expectOneKeyEach(storage, asked);
  });
  await fc.assert(property, { numRuns: 300 });
});

const nameOf = ({ actorId, key }: Request): string => `${actorId} ${key}`;

/** Everyone who got an answer to one request got the same one, and at most one of them as the first. */
function expectOneAnswerEach(asked: readonly Attempt[], outcomes: readonly Outcome[]): void {
  const secrets = new Map<string, string>();
  const firsts = new Map<string, number>();
  for (const [index, outcome] of outcomes.entries()) {
    const { request: each } = asked[index]!;
    if ('code' in outcome) {
      expect([
        'IDEMPOTENCY_IN_PROGRESS',
        'IDEMPOTENCY_KEY_REUSED',
        'STORAGE_UNAVAILABLE',
      ]).toContain(outcome.code);
      continue;
    }
    const { answer, replayed } = outcome;
    const name = nameOf(each);
    expect(answer.key.name).toBe(bodies[each.body]!.name);
    expect(answer.secret).toBe(secrets.get(name) ?? answer.secret);
    secrets.set(name, answer.secret!);
    if (!replayed) firsts.set(name, (firsts.get(name) ?? 0) + 1);
  }
  for (const count of firsts.values()) expect(count).toBe(1);
}

/** Whoever repeats it now gets it done or done before: there is one key for each request, and none besides. */
async function expectOneKeyEach(storage: Storage, asked: readonly Attempt[]): Promise<void> {
  const claviger = createClaviger({
    storage,
    peppers: new Peppers([OLD]),
    clock: new ManualClock(),
  });
  const names = new Set(asked.map(({ request: each }) => nameOf(each)));
  const ids = new Set<string>();
  for (const { request: each } of asked) {
    const outcome = await attempted(claviger, each);
    if ('code' in outcome) expect(outcome.code).toBe('IDEMPOTENCY_KEY_REUSED');
    else ids.add(outcome.answer.key.id);
  }
  expect(ids.size).toBe(names.size);
  expect(await keysIn(storage)).toBe(names.size);
}

test('a pepper that is added in between changes nothing; one that is gone takes its answers along', async () => {
  const storage = openMemoryStorage();
  const { answer } = await create(await seeded(storage), ONE);

  const added = await create(await seeded(storage, [OLD, NEW]), ONE);
  expect(added).toMatchObject({ replayed: true, answer: { secret: answer.secret } });
  const gone = await create(await seeded(storage, [NEW]), ONE);
  expect(gone.replayed).toBe(false);
});

test('a replay after a lost answer has followed the change before it says that it holds everywhere', async () => {
  const storage = openMemoryStorage();
  let isLost = false;
  const claviger = await seeded(
    through(storage, async (commit) => {
      const committed = await commit();
      if (isLost) throw new StorageError('away');
      return committed;
    }),
  );
  const { answer } = await create(claviger, ONE);
  const isValid = async (token = '') =>
    (await claviger.verifier.verify({ token, apiId: 'interact', cost: 1 }, EVERYWHERE)).valid;
  expect(await isValid(answer.secret)).toBe(true);
  const regenerate = () =>
    claviger.idempotency.run(
      { actor: caller().actor, key: 'order-2', asked: 'regenerate' },
      (once) => regenerateKey({ ...claviger, once }, caller(), answer.key.id),
    );

  isLost = true;
  await expect(regenerate()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  isLost = false;
  const again = await regenerate();

  expect(again).toMatchObject({ replayed: true, answer: { effective: { everywhere: true } } });
  expect(await isValid(answer.secret)).toBe(false);
  expect(await isValid(again.answer.secret)).toBe(true);
});

test('a request that commits several times gets each of its steps done once', async () => {
  const storage = openMemoryStorage();
  const claviger = await seeded(storage);
  const both = (last: boolean) =>
    claviger.idempotency.run({ actor: caller().actor, key: 'two', asked: 'two' }, async (once) => {
      const context = { ...claviger, once };
      const step = (name: string) =>
        commit(
          context,
          async () => ({ result: { id: `${name} ${Math.random()}` }, events: [], changes: [] }),
          name,
        );
      const first = (await step('1')).id;
      return { first, last: last ? (await step('2')).id : null };
    });

  const cut = await both(false);
  const whole = await both(true);
  expect(whole).toMatchObject({ replayed: false, answer: { first: cut.answer.first } });
  expect(await both(true)).toEqual({ answer: whole.answer, replayed: true });
});

test('a sealed secret opens under its own key and at its own place only, and unchanged', () => {
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const sealed = sealSecret('int_secret', key, 'here');

  expect(openSecret(sealed, key, 'here')).toBe('int_secret');
  expect(sealSecret('int_secret', key, 'here')).not.toBe(sealed);
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('int_');
  const bytes = Buffer.from(sealed, 'base64');
  bytes[14]! ^= 1;
  expect(() => openSecret(sealed, other, 'here')).toThrow();
  expect(() => openSecret(sealed, key, 'there')).toThrow();
  expect(() => openSecret(bytes.toString('base64'), key, 'here')).toThrow();
  expect(() => openSecret('', key, 'here')).toThrow();
});
