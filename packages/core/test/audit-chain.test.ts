import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../src/audit/canonical-json.ts';
import { firstBrokenLink } from '../src/audit/chain-check.ts';
import { CHAIN_START, chainEvent } from '../src/audit/chain.ts';
import type { AuditEvent } from '../src/ports/audit-log.ts';
import type { NewAuditEvent } from '../src/ports/committer.ts';

/** A JSON value as it comes back from JSON text: no -0, for instance. */
const jsonValues = fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as unknown);

function double(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE(0);
}

describe('canonicalJson', () => {
  test('writes the example of RFC 8785, section 3.2.2 and 3.2.4', () => {
    const value: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    const octets =
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a' +
      '5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d' +
      '2c22737472696e67223a22e282ac245c75303030665c6e412742' +
      '5c225c5c5c5c5c222f227d';
    // The RFC prints the octets in UTF-8.
    expect(Buffer.from(canonicalJson(value)).toString('hex')).toBe(octets);
  });

  test('sorts members by UTF-16 code units, as in RFC 8785, section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const names = [...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map(([, name]) => name);
    expect(names).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  // RFC 8785, appendix B.
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number %s as %s', (bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
    expect(canonicalJson({ n: [double(bits)] })).toBe(`{"n":[${text}]}`);
  });

  test('does not depend on the order in which members were written, at any depth', () => {
    fc.assert(
      fc.property(
        jsonValues,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (value, dice) => {
          expect(canonicalJson(reorder(value, dice))).toBe(canonicalJson(value));
        },
      ),
    );
  });

  test('loses nothing: it reads back as the value that was written', () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  test('writes no white space between tokens', () => {
    expect(canonicalJson({ b: [1, { d: 'x y', c: {} }], a: [] })).toBe(
      '{"a":[],"b":[1,{"c":{},"d":"x y"}]}',
    );
  });

  test('leaves out members that are undefined, and keeps null', () => {
    expect(canonicalJson({ b: undefined, a: null })).toBe('{"a":null}');
  });
});

function reorder(value: unknown, dice: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item) => reorder(item, dice));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .map(([name, member]) => ({ name, member, place: dice.next().value as number }))
    .toSorted((a, b) => a.place - b.place);
  const result: Record<string, unknown> = {};
  for (const { name, member } of members) {
    // Assigning `__proto__` would set the prototype.
    Object.defineProperty(result, name, { value: reorder(member, dice), enumerable: true });
  }
  return result;
}

const newEvents: fc.Arbitrary<NewAuditEvent> = fc.record({
  id: fc.uuid().map((id) => `evt_${id}`),
  at: fc.integer({ min: 0, max: 4e12 }),
  actor: fc.record({ type: fc.constantFrom('system', 'rootKey', 'user'), id: fc.string() }),
  action: fc.constantFrom('key.created', 'key.revoked', 'organization.suspended'),
  target: fc.record(
    {
      type: fc.constantFrom('key', 'organization', 'api', 'resource'),
      id: fc.string(),
      apiId: fc.string(),
      organizationId: fc.string(),
      environment: fc.string(),
    },
    { requiredKeys: ['type', 'id'] },
  ),
  before: jsonValues,
  after: jsonValues,
  ip: fc.option(fc.ipV4()),
  requestId: fc.option(fc.string()),
});

function chain(events: readonly NewAuditEvent[]): AuditEvent[] {
  const chained: AuditEvent[] = [];
  for (const event of events) chained.push(chainEvent(chained.at(-1) ?? CHAIN_START, event));
  return chained;
}

const chains = fc.array(newEvents, { minLength: 1, maxLength: 8 }).map(chain);

/** A chain and a place in it. */
const places = chains.chain((events) =>
  fc.record({ events: fc.constant(events), at: fc.nat(events.length - 1) }),
);

const CHANGES: Record<string, (event: AuditEvent) => Partial<AuditEvent>> = {
  id: ({ id }) => ({ id: `${id}x` }),
  at: ({ at }) => ({ at: at + 1 }),
  'actor type': ({ actor }) => ({ actor: { ...actor, type: 'portal' } }),
  'actor id': ({ actor }) => ({ actor: { ...actor, id: `${actor.id}x` } }),
  action: ({ action }) => ({ action: `${action}d` }),
  'target type': ({ target }) => ({
    target: { ...target, type: target.type === 'key' ? 'api' : 'key' },
  }),
  'target id': ({ target }) => ({ target: { ...target, id: `${target.id}x` } }),
  'target API': ({ target }) => ({ target: { ...target, apiId: `${target.apiId}x` } }),
  'target organization': ({ target }) => ({
    target: { ...target, organizationId: `${target.organizationId}x` },
  }),
  'target environment': ({ target }) => ({
    target: { ...target, environment: `${target.environment}x` },
  }),
  before: ({ before }) => ({ before: [before] }),
  after: ({ after }) => ({ after: { after } }),
  ip: ({ ip }) => ({ ip: ip === null ? '203.0.113.7' : null }),
  requestId: ({ requestId }) => ({ requestId: requestId === null ? 'req_1' : null }),
  hash: ({ hash }) => ({ hash: flipHex(hash) }),
  previousHash: ({ previousHash }) => ({ previousHash: flipHex(previousHash) }),
  'one more field': () => ({ note: 'x' }) as Partial<AuditEvent>,
};

const flipHex = (hex: string) => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);

describe('the chain', () => {
  const first: NewAuditEvent = {
    id: 'evt_1',
    at: 1_790_000_000_000,
    actor: { type: 'rootKey', id: 'key_root' },
    action: 'key.created',
    target: { type: 'key', id: 'key_1' },
    before: null,
    after: { permissions: ['b', 'a'], name: 'Zürich €' },
    ip: '203.0.113.7',
    requestId: 'req_1',
  };
  const second: NewAuditEvent = {
    ...first,
    id: 'evt_2',
    at: 1_790_000_000_001,
    action: 'key.revoked',
    before: { state: 'enabled' },
    after: { state: 'revoked' },
    ip: null,
    requestId: null,
  };

  test('keeps the hash of an event that was written before targets had a place', () => {
    const placeless = { ...first.target, apiId: undefined, environment: undefined };
    const event = { ...first, target: placeless } as unknown as NewAuditEvent;
    expect(chainEvent(CHAIN_START, event)).toEqual(chainEvent(CHAIN_START, first));
  });

  test('has the hashes that its rule gives when it is worked out by hand', () => {
    // sha256("0" × 64 + "\n" + canonical JSON), and so on; computed with Python's hashlib.
    expect(chain([first, second])).toEqual([
      {
        ...first,
        sequence: 1,
        previousHash: '0'.repeat(64),
        hash: '47fe26fb2433f261e2d8e5a3fc394d11e7b954939e5fc5406818251919b381ac',
      },
      {
        ...second,
        sequence: 2,
        previousHash: '47fe26fb2433f261e2d8e5a3fc394d11e7b954939e5fc5406818251919b381ac',
        hash: '0c49687082fb01757c0dbe7c231c6417d371e2924f01195b19514870abaa9f40',
      },
    ]);
  });

  test('hashes what can be read back: a date becomes its text, undefined goes', () => {
    const at = new Date(0);
    const event = chainEvent(CHAIN_START, { ...first, before: { at, gone: undefined } });
    expect(event.before).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(firstBrokenLink(CHAIN_START, [event])).toBeNull();
  });

  test('is whole as it was made, and after it was stored as JSON', () => {
    fc.assert(
      fc.property(chains, (events) => {
        expect(firstBrokenLink(CHAIN_START, events)).toBeNull();
        const stored = JSON.parse(JSON.stringify(events)) as AuditEvent[];
        expect(firstBrokenLink(CHAIN_START, stored)).toBeNull();
        expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      }),
    );
  });

  test('can be checked from any of its links on', () => {
    fc.assert(
      fc.property(places, ({ events, at }) => {
        expect(firstBrokenLink(events[at]!, events.slice(at + 1))).toBeNull();
      }),
    );
  });

  test.each(Object.keys(CHANGES))('shows a change of %s at the changed event', (field) => {
    fc.assert(
      fc.property(places, ({ events, at }) => {
        const event = events[at]!;
        const changed = events.with(at, { ...event, ...CHANGES[field]!(event) });
        expect(firstBrokenLink(CHAIN_START, changed)).toBe(at + 1);
      }),
      { numRuns: 50 },
    );
  });

  test('shows a changed sequence number at the changed event', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 100 }), ({ events, at }, sequence) => {
        fc.pre(sequence !== at + 1);
        const changed = events.with(at, { ...events[at]!, sequence });
        expect(firstBrokenLink(CHAIN_START, changed)).toBe(sequence);
      }),
    );
  });

  test('shows a change whose hash was made to fit at the event after it', () => {
    fc.assert(
      fc.property(places, ({ events, at }) => {
        fc.pre(at < events.length - 1);
        const { hash, previousHash, sequence, ...event } = events[at]!;
        const forged = chainEvent(events[at - 1] ?? CHAIN_START, { ...event, action: 'forged' });
        expect(firstBrokenLink(CHAIN_START, events.with(at, forged))).toBe(at + 2);
        // The forger must rewrite every later event, and then the newest hash is another one.
        expect(forged.hash).not.toBe(hash);
        expect([forged.previousHash, forged.sequence]).toEqual([previousHash, sequence]);
      }),
    );
  });

  test('shows a removed event at the one that followed it', () => {
    fc.assert(
      fc.property(places, ({ events, at }) => {
        fc.pre(at < events.length - 1);
        expect(firstBrokenLink(CHAIN_START, events.toSpliced(at, 1))).toBe(at + 2);
      }),
    );
  });

  test('shows removed events, whatever the run of them, at the one that followed', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 8 }), ({ events, at }, count) => {
        fc.pre(at + count < events.length);
        expect(firstBrokenLink(CHAIN_START, events.toSpliced(at, count))).toBe(at + count + 1);
      }),
    );
  });

  test('shows an inserted event that continues the chain at the one it pushed aside', () => {
    fc.assert(
      fc.property(places, newEvents, ({ events, at }, event) => {
        const inserted = chainEvent(events[at - 1] ?? CHAIN_START, event);
        fc.pre(inserted.hash !== events[at]!.hash);
        expect(firstBrokenLink(CHAIN_START, events.toSpliced(at, 0, inserted))).toBe(at + 1);
      }),
    );
  });

  test('shows an event that was copied from elsewhere in the chain where it stands', () => {
    fc.assert(
      fc.property(places, fc.nat(), ({ events, at }, from) => {
        const copy = events[from % events.length]!;
        fc.pre(copy !== events[at]);
        expect(firstBrokenLink(CHAIN_START, events.toSpliced(at, 0, copy))).toBe(copy.sequence);
      }),
    );
  });

  test('shows two swapped events at the place of the first', () => {
    fc.assert(
      fc.property(places, fc.nat(), ({ events, at }, other) => {
        const to = other % events.length;
        fc.pre(to > at);
        const swapped = events.with(at, events[to]!).with(to, events[at]!);
        expect(firstBrokenLink(CHAIN_START, swapped)).toBe(to + 1);
      }),
    );
  });

  test('shows an event of another history at once', () => {
    const [, foreign] = chain([second, first]);
    const [own] = chain([first]);
    expect(firstBrokenLink(CHAIN_START, [own!, foreign!])).toBe(2);
  });
});
