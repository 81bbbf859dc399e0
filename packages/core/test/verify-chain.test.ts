import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { CHAIN_START, chainEvent } from '../src/audit/chain.ts';
import { readCheckpoint, signCheckpoint } from '../src/audit/checkpoint.ts';
import { ChainVerifier, MAX_FAULTS, verifyAuditLog } from '../src/audit/verify-chain.ts';
import type { AuditEvent, AuditLog } from '../src/ports/audit-log.ts';
import type { NewAuditEvent } from '../src/ports/committer.ts';
import { anEvent, NOW } from './harness/records.ts';

function chain(events: readonly NewAuditEvent[]): AuditEvent[] {
  const chained: AuditEvent[] = [];
  for (const event of events) chained.push(chainEvent(chained.at(-1) ?? CHAIN_START, event));
  return chained;
}

/** One event changed, and every hash from there on made to fit. */
const rewrittenAt = (events: readonly AuditEvent[], at: number): AuditEvent[] =>
  chain(
    events.map(({ hash: _h, previousHash: _p, sequence: _s, ...event }, index) =>
      index === at ? { ...event, action: 'key.forged' } : event,
    ),
  );

const newEvents: fc.Arbitrary<NewAuditEvent> = fc
  .record({
    actor: fc.record({ type: fc.constantFrom('system', 'rootKey'), id: fc.string() }),
    action: fc.constantFrom('key.created', 'key.revoked'),
    before: fc.json().map((text) => JSON.parse(text) as unknown),
    ip: fc.option(fc.ipV4()),
  })
  .map((fields) => anEvent(fields as Partial<NewAuditEvent>));

const chains = fc.array(newEvents, { minLength: 2, maxLength: 12 }).map(chain);

interface Tampered {
  readonly events: readonly AuditEvent[];
  /** The kinds by which it may show, and the sequence number it must be told at first. */
  readonly kinds: readonly string[];
  readonly sequence: number;
}

/** One change that somebody makes by hand, of whatever kind. */
const MUTATIONS: Record<string, (events: AuditEvent[], at: number) => Tampered | null> = {
  'a changed field': (events, at) => ({
    events: events.with(at, { ...events[at]!, action: 'key.forged' }),
    kinds: ['hash'],
    sequence: at + 1,
  }),
  'a changed place': (events, at) => ({
    events: events.with(at, {
      ...events[at]!,
      target: { ...events[at]!.target, organizationId: 'other' },
    }),
    kinds: ['hash'],
    sequence: at + 1,
  }),
  'a changed hash': (events, at) => ({
    events: events.with(at, { ...events[at]!, hash: 'ab'.repeat(32) }),
    kinds: ['hash'],
    sequence: at + 1,
  }),
  'a changed previous hash': (events, at) => ({
    events: events.with(at, { ...events[at]!, previousHash: 'ab'.repeat(32) }),
    kinds: ['hash'],
    sequence: at + 1,
  }),
  'a change whose hash was made to fit': (events, at) => {
    const { hash: _, previousHash, sequence, ...event } = events[at]!;
    const before = { sequence: sequence - 1, hash: previousHash };
    const isLast = at === events.length - 1;
    return {
      events: events.with(at, chainEvent(before, { ...event, action: 'key.forged' })),
      kinds: [isLast ? 'end' : 'previousHash'],
      sequence: isLast ? at + 1 : at + 2,
    };
  },
  'a removed event': (events, at) => {
    const isLast = at === events.length - 1;
    return {
      events: events.toSpliced(at, 1),
      kinds: [isLast ? 'end' : 'gap'],
      sequence: isLast ? at + 1 : at + 2,
    };
  },
  'an event that is there twice': (events, at) => ({
    events: events.toSpliced(at, 0, events[at]!),
    kinds: ['duplicate'],
    sequence: at + 1,
  }),
  'an inserted event': (events, at) => ({
    events: events.toSpliced(at, 0, chainEvent(events[at - 1] ?? CHAIN_START, anEvent())),
    // The last commit noted another last event.
    kinds: at === events.length - 1 ? ['end'] : ['duplicate'],
    sequence: at + 1,
  }),
  'two neighbours that changed places': (events, at) => {
    if (at === events.length - 1) return null;
    return {
      events: events.with(at, events[at + 1]!).with(at + 1, events[at]!),
      kinds: ['gap'],
      sequence: at + 2,
    };
  },
  'two neighbours that changed numbers': (events, at) => {
    if (at === events.length - 1) return null;
    const [first, second] = [events[at]!, events[at + 1]!];
    return {
      events: events
        .with(at, { ...second, sequence: first.sequence })
        .with(at + 1, { ...first, sequence: second.sequence }),
      kinds: ['hash'],
      sequence: at + 1,
    };
  },
};

const faultsOf = (events: readonly AuditEvent[], verifier: ChainVerifier) => {
  for (const event of events) verifier.add(event);
  return verifier.finish().faults;
};

describe('a chain', () => {
  const endOf = (events: readonly AuditEvent[]) =>
    ({ ...events.at(-1)!, kind: 'end', by: 'the note of the last commit' }) as const;

  test('is found whole where nothing was done to it', () => {
    fc.assert(
      fc.property(chains, (events) => {
        expect(faultsOf(events, new ChainVerifier([endOf(events)]))).toEqual([]);
      }),
    );
  });

  test.each(Object.entries(MUTATIONS))('shows %s, at its place', (_, mutate) => {
    fc.assert(
      fc.property(chains, fc.nat(), (events, random) => {
        const tampered = mutate(events, random % events.length);
        fc.pre(tampered !== null);
        const [first] = faultsOf(tampered.events, new ChainVerifier([endOf(events)]));
        expect(first).toMatchObject({ sequence: tampered.sequence });
        expect(tampered.kinds).toContain(first?.kind);
      }),
    );
  });

  test('that was rewritten as a whole shows at the first checkpoint after the change, and nowhere else', () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.nat(), (events, random, other) => {
        const [at, signed] = [random % events.length, other % events.length];
        const rewritten = rewrittenAt(events, at);
        const checkpoint = { ...events[signed]!, kind: 'checkpoint', by: 'a checkpoint' } as const;
        const faults = faultsOf(rewritten, new ChainVerifier([checkpoint, endOf(rewritten)]));
        const expected = signed >= at ? [{ kind: 'checkpoint', sequence: signed + 1 }] : [];
        expect(faults.map(({ kind, sequence }) => ({ kind, sequence }))).toEqual(expected);
      }),
    );
  });

  test('that is broken everywhere is told with a bounded number of faults', () => {
    const events = chain(Array.from({ length: 300 }, () => anEvent()));
    const verifier = new ChainVerifier();
    for (const event of events) verifier.add({ ...event, action: 'key.forged' });
    const report = verifier.finish();
    expect(report).toMatchObject({ events: 300, truncated: true });
    expect(report.faults).toHaveLength(MAX_FAULTS);
  });

  test('says between which checkpoints it was rewritten', () => {
    const events = chain(Array.from({ length: 9 }, () => anEvent()));
    const marks = [2, 5, 8].map((sequence) => ({
      ...events[sequence - 1]!,
      kind: 'checkpoint' as const,
      by: `checkpoint ${sequence}`,
    }));
    const forged = rewrittenAt(events, 3);
    const messages = faultsOf(forged, new ChainVerifier(marks)).map(({ message }) => message);
    expect(messages[0]).toBe(
      'checkpoint 5 has another hash for it: the chain was rewritten after event 2, where it still agreed',
    );
    const cut = faultsOf(events.slice(0, 6), new ChainVerifier(marks));
    expect(cut).toMatchObject([{ kind: 'checkpoint', sequence: 8, id: null }]);
    expect(cut[0]?.message).toBe(
      'checkpoint 8 speaks of it, and events 7 to 8 are missing at the end',
    );
  });
});

describe('the log of a storage', () => {
  const open = async (count: number) => {
    const { audit, committer } = openMemoryStorage();
    const events = Array.from({ length: count }, () => anEvent());
    await committer.commit(async () => ({ result: null, events, changes: [] }));
    return { audit, committer };
  };

  test('is read in batches, and tells how far it is', async () => {
    const { audit } = await open(1_700);
    const told: number[] = [];
    const report = await verifyAuditLog(audit, [], (events) => told.push(events));
    expect(report).toMatchObject({ events: 1_700, faults: [], end: { sequence: 1_700 } });
    expect(told).toEqual([500, 1_000, 1_500]);
  });

  test('may grow meanwhile', async () => {
    const { audit, committer } = await open(600);
    const growing: AuditLog = {
      list: (query) => audit.list(query),
      get: (id) => audit.get(id),
      end: () => audit.end(),
      async eventsAfter(sequence, limit) {
        const found = await audit.eventsAfter(sequence, limit);
        if (sequence < 600) {
          await committer.commit(async () => ({ result: null, events: [anEvent()], changes: [] }));
        }
        return found;
      },
    };
    expect((await verifyAuditLog(growing, [])).faults).toEqual([]);
  });

  test('shows an event with the number of the last one of a batch', async () => {
    const { audit } = await open(800);
    const forged: AuditLog = {
      list: (query) => audit.list(query),
      get: (id) => audit.get(id),
      end: () => audit.end(),
      async eventsAfter(sequence, limit) {
        const all = await audit.eventsAfter(0, 10_000);
        const twice = all.toSpliced(500, 0, {
          ...all[499]!,
          id: 'evt_forged',
          hash: 'f'.repeat(64),
        });
        return twice.filter((event) => event.sequence > sequence).slice(0, limit);
      },
    };
    expect((await verifyAuditLog(forged, [])).faults).toMatchObject([
      { kind: 'duplicate', sequence: 500, id: 'evt_forged' },
    ]);
  });
});

describe('a checkpoint', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const end = { instance: '0123456789abcdef'.repeat(2), sequence: 7, hash: 'ab'.repeat(32) };
  const signed = signCheckpoint(privateKey, end, NOW);
  const line = (fields: object = {}) => JSON.stringify({ ...signed, ...fields });

  test('says where the chain ended, and who says so', () => {
    expect(signed).toEqual({
      version: 1,
      ...end,
      at: '2026-11-21T09:30:00.000Z',
      keyId: expect.stringMatching(/^[0-9a-f]{16}$/),
      signature: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/),
    });
    expect(readCheckpoint(line(), [publicKey])).toEqual(signed);
  });

  test.each<[string, object]>([
    ['instance', { instance: 'f'.repeat(32) }],
    ['sequence', { sequence: 8 }],
    ['hash', { hash: 'cd'.repeat(32) }],
    ['time', { at: '2026-11-21T09:30:00.001Z' }],
    ['more than it had', { note: 'x' }],
  ])('with another %s is not believed', (_, fields) => {
    expect(readCheckpoint(line(fields), [publicKey])).toBe(
      'was changed: its signature is not that of what stands there',
    );
  });

  test('of another key, or cut off, is not believed', () => {
    const other = generateKeyPairSync('ed25519');
    expect(readCheckpoint(line(), [other.publicKey])).toBe(
      `was signed with another key, ${signed.keyId}`,
    );
    expect(readCheckpoint(line(), [other.publicKey, publicKey])).toEqual(signed);
    for (const text of ['', 'null', '[]', '{}', line().slice(0, -9), line({ version: 2 })]) {
      expect(readCheckpoint(text, [publicKey])).toBe(
        'is no checkpoint: it was cut off, or changed',
      );
    }
  });
});
