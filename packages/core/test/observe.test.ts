import { verificationCodes, verificationStatuses } from '@claviger/contract';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networkOf, proberOf } from '../src/insights/network-of.ts';
import { ObservationSet } from '../src/insights/observation-set.ts';
import { observe } from '../src/insights/observe.ts';
import type { LogColumns, LogSubject } from '../src/logs/log-columns.ts';
import type { NetworkUse, Observations, OriginUse, Probe } from '../src/ports/insight-store.ts';

const HOUR_MS = 3_600_000;
/** Ten minutes before the end of an hour: entries of one chunk lie in two. */
const START = Date.UTC(2026, 10, 21, 9, 50);

interface Entry {
  readonly at: number;
  readonly code: (typeof verificationCodes)[number];
  readonly keyId: string;
  readonly secretId: string | null;
  readonly permissions: readonly string[];
  readonly ip: string | null;
  readonly origin: string | null;
  readonly userAgent: string | null;
}

const entryArbitrary: fc.Arbitrary<Omit<Entry, 'at'> & { readonly later: number }> = fc.record({
  later: fc.integer({ min: 0, max: 4 * 60_000 }),
  code: fc.constantFrom(...verificationCodes),
  keyId: fc.constantFrom('key_1', 'key_2'),
  secretId: fc.constantFrom(null, 'sec_1', 'sec_2'),
  permissions: fc.subarray(['a', 'b', 'c']),
  ip: fc.constantFrom(null, '203.0.113.7', '203.0.113.8', '198.51.100.1', '2001:db8::1'),
  origin: fc.constantFrom(null, 'https://a.example', 'not\u0000an origin', 'null'),
  userAgent: fc.constantFrom(null, 'curl/8', 'x'.repeat(300)),
});

const chunkArbitrary = fc.array(entryArbitrary, { maxLength: 12 }).map((entries): Entry[] => {
  let at = START;
  return entries.map(({ later, secretId, ...entry }) => {
    const ofKey = secretId === null ? null : `${secretId}_${entry.keyId}`;
    return { ...entry, secretId: ofKey, at: (at += later) };
  });
});

const isUnknown = ({ code }: Entry) => code === 'NOT_FOUND';
const hintOf = ({ secretId }: Entry) => (secretId === null ? null : `hint of ${secretId}`);

/** By column, as the log has them; each value stands in its dictionary as often as it comes up, or once. */
function columnsOf(entries: readonly Entry[]): LogColumns {
  const dictionary = <Value>() => {
    const values: Value[] = [];
    const index = new Map<string, number>();
    const place = (value: Value) => {
      const slot = JSON.stringify(value);
      if (!index.has(slot)) index.set(slot, values.push(value) - 1);
      return index.get(slot) ?? -1;
    };
    return { values, place };
  };
  const [subjects, codes, sets, texts] = [
    dictionary<LogSubject>(),
    dictionary<string>(),
    dictionary<readonly string[]>(),
    dictionary<string>(),
  ];
  const text = (value: string | null) => (value === null ? -1 : texts.place(value));
  const none = entries.map(() => -1);
  return {
    at: entries.map(({ at }) => at),
    subject: entries.map((entry) =>
      subjects.place({
        keyId: isUnknown(entry) ? null : entry.keyId,
        secretId: isUnknown(entry) ? null : entry.secretId,
        organizationId: isUnknown(entry) ? null : 'acme',
        apiId: 'interact',
        environment: 'production',
        hint: isUnknown(entry) ? hintOf(entry) : null,
      }),
    ),
    code: entries.map(({ code }) => codes.place(code)),
    permissions: entries.map(({ permissions }) => sets.place(permissions)),
    origin: entries.map(({ origin }) => text(origin)),
    ip: entries.map(({ ip }) => text(ip)),
    userAgent: entries.map(({ userAgent }) => text(userAgent)),
    method: none,
    path: none,
    requestId: entries.map(() => null),
    durationUs: entries.map(() => 0),
    subjects: subjects.values,
    codes: codes.values,
    permissionSets: sets.values,
    texts: texts.values,
  };
}

/** The same, one entry after the other. */
function byHand(entries: readonly Entry[]): Record<keyof Observations, Record<string, object>> {
  const permissions: Record<string, object> = {};
  const networks: Record<string, NetworkUse> = {};
  const origins: Record<string, OriginUse> = {};
  const probes: Record<string, Probe> = {};
  for (const entry of entries) {
    const { at, code, keyId, secretId, ip, origin } = entry;
    if (isUnknown(entry)) {
      const address = ip === null ? null : proberOf(ip);
      if (address === null) continue;
      const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
      const known = probes[`${address} ${hour}`];
      probes[`${address} ${hour}`] = {
        apiId: 'interact',
        address,
        hour,
        count: (known?.count ?? 0) + 1,
        lastSeenAt: at,
        hint: hintOf(entry) ?? known?.hint ?? null,
      };
      continue;
    }
    if (verificationStatuses[code] === 401 || /^(?:ORIGIN|IP)_NOT_ALLOWED$/.test(code)) continue;
    if (['VALID', 'RATE_LIMITED', 'QUOTA_EXCEEDED'].includes(code)) {
      const asked = entry.permissions.length === 0 ? [''] : entry.permissions;
      for (const permission of asked) {
        permissions[`${keyId} ${permission}`] = { keyId, permission, lastUsedAt: at };
      }
    }
    if (secretId === null) continue;
    const seen = (known: NetworkUse | OriginUse | undefined) => ({
      firstSeenAt: known?.firstSeenAt ?? at,
      lastSeenAt: at,
      count: (known?.count ?? 0) + 1,
    });
    const network = ip === null ? null : networkOf(ip);
    if (network !== null) {
      const slot = `${keyId} ${secretId} ${network}`;
      const known = networks[slot];
      // Which of several is the last one at the same moment is not promised.
      networks[slot] = { keyId, secretId, network, ...seen(known), userAgent: null };
    }
    if (origin !== null && !origin.includes('\u0000')) {
      const slot = `${keyId} ${origin}`;
      origins[slot] = { keyId, origin, ...seen(origins[slot]) };
    }
  }
  return { permissions, networks, origins, probes };
}

function seenIn(to: ObservationSet): Record<keyof Observations, object[]> {
  const { permissions, networks, origins, probes } = to.take(1_000);
  const withoutAgents = networks.map((use) => ({ ...use, userAgent: null }));
  return {
    permissions: [...permissions],
    networks: withoutAgents,
    origins: [...origins],
    probes: [...probes],
  };
}

const inAnyOrder = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();

describe('what entries of the log say', () => {
  test('is what they say one by one, whatever place one begins at', () => {
    fc.assert(
      fc.property(chunkArbitrary, fc.nat(12), (entries, from) => {
        const to = new ObservationSet();
        observe(to, columnsOf(entries), from);
        const seen = seenIn(to);
        const expected = byHand(entries.slice(from));
        for (const kind of ['permissions', 'networks', 'origins'] as const) {
          expect(inAnyOrder(seen[kind])).toEqual(inAnyOrder(Object.values(expected[kind])));
        }
        const withoutHints = (probes: readonly object[]) =>
          inAnyOrder(probes.map((probe) => ({ ...probe, hint: null })));
        expect(withoutHints(seen.probes)).toEqual(withoutHints(Object.values(expected.probes)));
      }),
      { numRuns: 500 },
    );
  });

  test('adds up over several chunks', () => {
    fc.assert(
      fc.property(fc.array(chunkArbitrary, { maxLength: 4 }), (chunks) => {
        const to = new ObservationSet();
        for (const entries of chunks) observe(to, columnsOf(entries), 0);
        const seen = seenIn(to);
        const counts = (rows: readonly object[]) =>
          rows.reduce((sum, row) => sum + (row as { count: number }).count, 0);
        for (const kind of ['networks', 'origins', 'probes'] as const) {
          const each = chunks.map((entries) => counts(Object.values(byHand(entries)[kind])));
          expect(counts(seen[kind])).toBe(each.reduce((sum, count) => sum + count, 0));
        }
      }),
    );
  });

  test('has the last user agent, cut, and the last hint', () => {
    const entry: Entry = {
      at: START,
      code: 'VALID',
      keyId: 'key_1',
      secretId: 'sec_1',
      permissions: [],
      ip: '203.0.113.7',
      origin: null,
      userAgent: 'curl/8',
    };
    const to = new ObservationSet();
    const later = { ...entry, at: START + 1, userAgent: `${'x'.repeat(199)}\u{1f600}` };
    const silent = { ...entry, at: START + 2, ip: '203.0.113.8', userAgent: null };
    observe(to, columnsOf([entry, later]), 0);
    observe(to, columnsOf([silent]), 0);
    const unknown = { ...entry, code: 'NOT_FOUND' } as const;
    observe(to, columnsOf([unknown, { ...unknown, at: START + 1, secretId: 'sec_2' }]), 0);
    observe(to, columnsOf([{ ...unknown, at: START + 2, secretId: null }]), 0);

    const { networks, probes } = to.take(10);
    expect(networks).toMatchObject([{ userAgent: `${'x'.repeat(199)}\ufffd`, count: 3 }]);
    expect(probes).toMatchObject([{ hint: 'hint of sec_2', count: 3, lastSeenAt: START + 2 }]);
  });
});

test.each([
  ['203.0.113.77', '203.0.113.0/24', '203.0.113.77'],
  ['2001:db8:1:2:3::4', '2001:db8:1::/48', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', null, null],
  ['', null, null],
  ['203.0.113', null, null],
])('%s is of the network %s, and who probes from it is %s', (ip, network, prober) => {
  expect(networkOf(ip)).toBe(network);
  expect(proberOf(ip)).toBe(prober);
});
