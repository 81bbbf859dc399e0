import { refusalCodes, type PutApiInput, type RefusalCode } from '@claviger/contract';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, missingPermissions, type Question } from '../src/verification/decide.ts';
import { accept } from '../src/verification/decision.ts';
import { grantsOf, grantsOfSecret, type SecretEntry } from '../src/verification/entries.ts';
import {
  NOW,
  FINE,
  apiEntryOf,
  entryOf,
  decided,
  onKey,
  onSecret,
  onQuestion,
  inScope,
  SCOPED,
  withOrigins,
  onPublicKey,
  type Case,
} from './harness/decision-case.ts';
import { NOW as T0 } from './harness/records.ts';

/** As the contract has it, word for word. */
const CONTRACT_ORDER: readonly RefusalCode[] = [
  'NOT_FOUND',
  'REVOKED',
  'DISABLED',
  'NOT_YET_VALID',
  'EXPIRED',
  'ENVIRONMENT_MISMATCH',
  'ORGANIZATION_MISMATCH',
  'ORIGIN_NOT_ALLOWED',
  'IP_NOT_ALLOWED',
  'RESOURCE_NOT_ALLOWED',
  'INSUFFICIENT_PERMISSIONS',
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
];

interface Fault {
  readonly name: string;
  readonly code: RefusalCode;
  readonly put: (fields: Case) => Case;
}

const FAULTS: readonly Fault[] = [
  { name: 'another API is asked for', code: 'NOT_FOUND', put: onQuestion({ apiId: 'other' }) },
  {
    name: 'the root key may see another organization only',
    code: 'NOT_FOUND',
    put: inScope({ organizations: ['other'] }),
  },
  {
    name: 'the root key may see no organization at all',
    code: 'NOT_FOUND',
    put: inScope({ organizations: [] }),
  },
  {
    name: 'the root key may see another environment only',
    code: 'NOT_FOUND',
    put: inScope({ environments: ['staging'] }),
  },
  {
    name: 'a public half came with it that is not its own',
    code: 'NOT_FOUND',
    put: onQuestion({ publicKey: 'pk_other' }),
  },
  { name: 'the key is revoked', code: 'REVOKED', put: onKey({ state: 'revoked' }) },
  { name: 'the secret was ended', code: 'REVOKED', put: onSecret({ endedAt: T0 }) },
  {
    name: 'the key is disabled',
    code: 'DISABLED',
    put: (fields) =>
      fields.key.state === 'revoked' ? fields : onKey({ state: 'disabled' })(fields),
  },
  {
    name: 'the organization is suspended',
    code: 'DISABLED',
    put: (fields) => ({ ...fields, organization: { suspended: true } }),
  },
  {
    name: 'it begins a millisecond from now',
    code: 'NOT_YET_VALID',
    put: onKey({ notBefore: NOW + 1 }),
  },
  { name: 'the key ends now', code: 'EXPIRED', put: onKey({ expiresAt: NOW }) },
  {
    name: 'the overlap of the secret ends now',
    code: 'EXPIRED',
    put: onSecret({ expiresAt: NOW }),
  },
  {
    name: 'another environment is asked for',
    code: 'ENVIRONMENT_MISMATCH',
    put: onQuestion({ environment: 'staging' }),
  },
  {
    name: 'another organization is named',
    code: 'ORGANIZATION_MISMATCH',
    put: onQuestion({ organizationId: 'other' }),
  },
  {
    name: 'only the public half was presented, and the key has no origins',
    code: 'ORIGIN_NOT_ALLOWED',
    put: onSecret({ type: 'public' }),
  },
  {
    name: 'a public key comes from an origin that is not its own',
    code: 'ORIGIN_NOT_ALLOWED',
    put: (fields) =>
      onPublicKey(onQuestion({ origin: 'https://elsewhere.example' })(withOrigins(fields))),
  },
  {
    name: 'the request comes from an address that is not on the list',
    code: 'IP_NOT_ALLOWED',
    put: (fields) => onKey({ allowedIps: ['10.0.0.0/8'] })(onQuestion({ ip: '11.0.0.1' })(fields)),
  },
  {
    name: 'there is a list of addresses and the address is not known',
    code: 'IP_NOT_ALLOWED',
    put: (fields) => onKey({ allowedIps: ['10.0.0.0/8'] })(onQuestion({ ip: null })(fields)),
  },
  {
    name: 'the key is scoped and the request names no resource',
    code: 'RESOURCE_NOT_ALLOWED',
    put: (fields) => onKey({ resources: SCOPED })(onQuestion({ resources: undefined })(fields)),
  },
  {
    name: 'the request names a resource outside the scope',
    code: 'RESOURCE_NOT_ALLOWED',
    put: (fields) =>
      onKey({ resources: SCOPED })(onQuestion({ resources: { customer: 'cus_9' } })(fields)),
  },
  {
    name: 'a permission is missing',
    code: 'INSUFFICIENT_PERMISSIONS',
    put: onQuestion({ permissions: ['jobs_read', 'jobs_trigger'] }),
  },
  {
    name: 'none of several permissions is held',
    code: 'INSUFFICIENT_PERMISSIONS',
    put: onQuestion({ permissions: { anyOf: ['jobs_trigger', 'jobs_delete'] } }),
  },
];

describe('the order of decisions', () => {
  test('is the one of the contract', () => {
    expect(refusalCodes).toEqual(CONTRACT_ORDER);
  });

  test('lets pass what nothing stands against', () => {
    expect(decided(FINE)).toBeNull();
  });

  test.each(FAULTS)('$code when $name', ({ code, put }) => {
    expect(decided(put(FINE))).toBe(code);
  });

  test('has a case for every code that is decided without taking anything', () => {
    const taken = ['RATE_LIMITED', 'QUOTA_EXCEEDED'];
    expect(CONTRACT_ORDER.filter((code) => !FAULTS.some((fault) => fault.code === code))).toEqual(
      taken,
    );
  });

  test('gives of any number of faults the first', () => {
    fc.assert(
      fc.property(fc.subarray([...FAULTS]), (faults) => {
        const first = CONTRACT_ORDER.find((code) => faults.some((fault) => fault.code === code));
        const fields = faults.reduce((before, { put }) => put(before), FINE);
        expect(decided(fields)).toBe(first ?? null);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a pair', () => {
  const pair = onKey({ kind: 'pair', publicKey: 'pk_own' })(FINE);

  test('is found by its secret together with its public half', () => {
    expect(decided(onQuestion({ publicKey: 'pk_own' })(pair))).toBeNull();
  });

  test.each([
    ['without the public half', null],
    ['with another public half', 'pk_other'],
    ['with an empty public half', ''],
  ])('is not found by its secret %s', (_, publicKey) => {
    expect(decided(onQuestion({ publicKey })(pair))).toBe('NOT_FOUND');
  });

  test('presented by its public half alone is refused, for no origin is allowed', () => {
    expect(decided(onSecret({ type: 'public' })(pair))).toBe('ORIGIN_NOT_ALLOWED');
  });

  test('is not found by its public half presented as its secret', () => {
    const doubled = onQuestion({ publicKey: 'pk_own' })(onSecret({ type: 'public' })(pair));
    expect(decided(doubled)).toBe('NOT_FOUND');
  });
});

describe('origins', () => {
  const pair = withOrigins(onKey({ kind: 'pair', publicKey: 'pk_own' })(FINE));
  const publishable = withOrigins(onKey({ kind: 'publishable', publicKey: 'pk_own' })(FINE));

  test.each([
    ['https://example.com', null],
    ['http://example.com', null],
    ['https://www.example.com', null],
    ['https://example.com:8443', 'ORIGIN_NOT_ALLOWED'],
    ['https://evil-example.com', 'ORIGIN_NOT_ALLOWED'],
    ['https://example.com.evil.example', 'ORIGIN_NOT_ALLOWED'],
    ['null', 'ORIGIN_NOT_ALLOWED'],
    ['', 'ORIGIN_NOT_ALLOWED'],
    [null, 'ORIGIN_NOT_ALLOWED'],
  ] as const)('what is public comes from its own: %s', (origin, code) => {
    for (const fields of [pair, publishable]) {
      expect(decided(onPublicKey(onQuestion({ origin })(fields)))).toBe(code);
    }
  });

  test.each(['https://elsewhere.example', 'null', null])(
    'a pair with its secret comes from anywhere: %s',
    (origin) => {
      expect(decided(onQuestion({ origin, publicKey: 'pk_own' })(pair))).toBeNull();
    },
  );

  test('a public half without a list has none', () => {
    const bare = onPublicKey(onKey({ kind: 'pair', publicKey: 'pk_own' })(FINE));
    expect(decided(onQuestion({ origin: 'https://example.com' })(bare))).toBe('ORIGIN_NOT_ALLOWED');
  });
});

describe('addresses', () => {
  const listed = onKey({ allowedIps: ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32'] })(FINE);

  test.each([
    ['203.0.113.7', null],
    ['::ffff:203.0.113.7', null],
    ['10.255.255.255', null],
    ['2001:db8::1', null],
    ['203.0.113.8', 'IP_NOT_ALLOWED'],
    ['2001:db9::1', 'IP_NOT_ALLOWED'],
    ['unknown', 'IP_NOT_ALLOWED'],
    [null, 'IP_NOT_ALLOWED'],
  ] as const)('a key with a list is used from it: %s', (ip, code) => {
    expect(decided(onQuestion({ ip })(listed))).toBe(code);
    const half = onPublicKey(withOrigins(onKey({ publicKey: 'pk_own' })(listed)));
    expect(decided(onQuestion({ ip, origin: 'https://example.com' })(half))).toBe(code);
  });

  test.each(['198.51.100.1', null])('a key without a list is used from anywhere: %s', (ip) => {
    expect(decided(onQuestion({ ip })(FINE))).toBeNull();
  });
});

describe('times', () => {
  test.each([
    ['begins now', onKey({ notBefore: NOW })],
    ['ends a millisecond from now', onKey({ expiresAt: NOW + 1 })],
    ['has an overlap that ends a millisecond from now', onSecret({ expiresAt: NOW + 1 })],
  ])('accept a key that %s', (_, put) => {
    expect(decided(put(FINE))).toBeNull();
  });
});

describe('resources', () => {
  test.each([
    ['one of the scope', SCOPED, { customer: 'cus_1' }, null],
    ['all of a list within the scope', SCOPED, { customer: ['cus_1', 'cus_2'] }, null],
    [
      'a list that leaves the scope',
      SCOPED,
      { customer: ['cus_1', 'cus_9'] },
      'RESOURCE_NOT_ALLOWED',
    ],
    ['none, because the caller filters', SCOPED, {}, null],
    ['none, by omission', SCOPED, undefined, 'RESOURCE_NOT_ALLOWED'],
    ['a type the key is not scoped by', SCOPED, { node: 'n1' }, null],
    ['a type named like a member of every object', SCOPED, { constructor: 'x' }, null],
    ['such a type and one outside', SCOPED, { node: 'n1', customer: 'c' }, 'RESOURCE_NOT_ALLOWED'],
    [
      'anything, with an empty list in the scope',
      { customer: [] },
      { customer: 'a' },
      'RESOURCE_NOT_ALLOWED',
    ],
    ['anything, of an unscoped key', {}, { customer: 'cus_9' }, null],
    ['none, of an unscoped key', {}, undefined, null],
  ] as const)('asked for: %s', (_, scope, resources, code) => {
    const scoped = onKey({ resources: scope as Record<string, string[]> })(FINE);
    const asked = onQuestion({ resources: resources as Question['resources'] })(scoped);
    expect(decided(asked)).toBe(code);
  });
});

const CATALOG: PutApiInput['permissions'] = [
  { id: 'a_read', name: 'A', access: 'read' },
  { id: 'b_write', name: 'B', access: 'write' },
  { id: 'c_read', name: 'C', access: 'read' },
];
const PRESETS: PutApiInput['presets'] = [
  { id: 'full-access', name: 'Full access', grants: 'all' },
  { id: 'read-only', name: 'Read only', grants: 'read' },
  { id: 'writer', name: 'Writer', grants: { permissions: ['b_write'] } },
];

function holder(permissions: string[], preset: string | null): SecretEntry {
  const api = { permissions: CATALOG, presets: PRESETS };
  return entryOf({ ...FINE, api, key: { permissions, preset } });
}

describe('permissions', () => {
  test.each([
    ['those named', ['c_read', 'a_read'], null, ['a_read', 'c_read']],
    ['all of the catalog', [], 'full-access', ['a_read', 'b_write', 'c_read']],
    ['what is read only', [], 'read-only', ['a_read', 'c_read']],
    ['a list', [], 'writer', ['b_write']],
    ['those named and those of the preset', ['c_read'], 'writer', ['b_write', 'c_read']],
    ['each once', ['a_read'], 'read-only', ['a_read', 'c_read']],
    ['nothing of a preset that is not there', ['a_read'], 'gone', ['a_read']],
    ['nothing that is not in the catalog', ['a_read', 'gone'], null, ['a_read']],
  ])('held: %s', (_, permissions, preset, held) => {
    expect(grantsOf(holder(permissions, preset).key)).toEqual(held);
  });

  test('of a preset follow the catalog as it changes', () => {
    const secret = holder(['b_write'], 'read-only');
    const question = { ...FINE.question, permissions: ['d_read'] };
    expect(decide(secret, question, NOW)).toBe('INSUFFICIENT_PERMISSIONS');
    const grown = [{ id: 'd_read', name: 'D', access: 'read' }, ...CATALOG.slice(0, 1)] as const;
    const presets = PRESETS.slice(0, 2);
    secret.key.api = apiEntryOf({ permissions: [...grown], presets });
    expect(decide(secret, question, NOW)).toBeNull();
    expect(grantsOf(secret.key)).toEqual(['d_read', 'a_read']);
    // What has left the catalog is held no longer, though the key still names it.
    const dropped = { ...question, permissions: ['b_write'] };
    expect(decide(secret, dropped, NOW)).toBe('INSUFFICIENT_PERMISSIONS');
  });

  test.each([
    ['all of a list', ['a_read', 'c_read'], null],
    ['a list with one that is missing', ['a_read', 'b_write'], 'INSUFFICIENT_PERMISSIONS'],
    ['nothing', [], null],
    ['any of several', { anyOf: ['b_write', 'c_read'] }, null],
    [
      'any of several that are all missing',
      { anyOf: ['b_write', 'x'] },
      'INSUFFICIENT_PERMISSIONS',
    ],
  ])('asked for: %s', (_, permissions, code) => {
    const secret = holder([], 'read-only');
    expect(decide(secret, { ...FINE.question, permissions }, NOW)).toBe(code);
  });

  test('that are missing are listed in the order in which they were asked for', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('a_read', 'b_write', 'c_read', 'x', 'y')),
        fc.subarray(['a_read', 'b_write', 'c_read']),
        fc.boolean(),
        (asked, held, any) => {
          const secret = holder(held, null);
          const permissions = any ? { anyOf: asked } : asked;
          const question = { ...FINE.question, permissions };
          const missing = asked.filter((id) => !held.includes(id));
          expect(missingPermissions(secret, question)).toEqual(missing);
          const enough = any ? missing.length < asked.length : missing.length === 0;
          expect(decide(secret, question, NOW)).toBe(enough ? null : 'INSUFFICIENT_PERMISSIONS');
        },
      ),
    );
  });
});

describe('a public half', () => {
  const permissions = CATALOG.map((entry) => ({ ...entry, publishable: entry.id === 'c_read' }));
  const ofPair = { ...withOrigins(FINE).key, kind: 'pair', publicKey: 'pk_own' } as const;
  const half = (held: string[], preset: string | null = null) =>
    entryOf({
      ...FINE,
      api: { permissions, presets: PRESETS },
      secret: { type: 'public' },
      key: { ...ofPair, permissions: held, preset },
    });

  const fromPage = { ...FINE.question, origin: 'https://example.com' };

  test.each([
    ['named', ['a_read', 'c_read'], null],
    ['of a preset', [], 'full-access'],
  ])('grants of what is held only what is publishable: %s', (_, held, preset) => {
    const secret = half(held, preset);
    const ask = (asked: Question['permissions']) =>
      decide(secret, { ...fromPage, permissions: asked }, NOW);
    expect(accept(secret).permissions).toEqual(['c_read']);
    expect(ask(['c_read'])).toBeNull();
    expect(ask({ anyOf: ['a_read', 'c_read'] })).toBeNull();
    expect(ask(['a_read'])).toBe('INSUFFICIENT_PERMISSIONS');
    expect(grantsOfSecret({ ...secret, type: 'secret' })).toContain('a_read');
  });

  test('lacks what it does not publish, though the key holds it', () => {
    const asked = { ...FINE.question, permissions: ['a_read', 'c_read'] };
    expect(missingPermissions(half(['a_read', 'c_read']), asked)).toEqual(['a_read']);
  });
});
