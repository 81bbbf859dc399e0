import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressFault, blockAround, canonicalAddress, readAddress } from '@claviger/contract';
import { compileAddresses, matchesAddress } from '../src/verification/addresses.ts';

const matches = (entries: readonly string[], ip: string | null | undefined) =>
  matchesAddress(compileAddresses(entries), ip);

type Case = readonly [
  rule: string,
  entries: readonly string[],
  ip: string | null | undefined,
  expected: boolean,
];

const CASES: readonly Case[] = [
  ['contract: an address', ['203.0.113.7'], '203.0.113.7', true],
  ['contract: another address', ['203.0.113.7'], '203.0.113.8', false],
  ['contract: an address that begins alike', ['203.0.113.7'], '203.0.113.77', false],
  ['contract: any entry will do', ['203.0.113.7', '10.0.0.0/8'], '10.1.2.3', true],
  ['contract: an empty list', [], '203.0.113.7', false],
  ['contract: a faulty entry allows nothing', ['0.0.0.0/0', ''], '203.0.113.7', false],
  ['RFC 4632: first of the block', ['10.0.0.0/8'], '10.0.0.0', true],
  ['RFC 4632: last of the block', ['10.0.0.0/8'], '10.255.255.255', true],
  ['RFC 4632: after the block', ['10.0.0.0/8'], '11.0.0.0', false],
  ['RFC 4632: before the block', ['10.0.0.0/8'], '9.255.255.255', false],
  ['RFC 4632: within an octet', ['192.0.2.64/27'], '192.0.2.95', true],
  ['RFC 4632: within an octet', ['192.0.2.64/27'], '192.0.2.96', false],
  ['RFC 4632: half of all', ['128.0.0.0/1'], '203.0.113.7', true],
  ['RFC 4632: the other half', ['128.0.0.0/1'], '10.0.0.1', false],
  ['RFC 3021: two addresses', ['192.0.2.0/31'], '192.0.2.1', true],
  ['RFC 4632: one address', ['192.0.2.1/32'], '192.0.2.1', true],
  ['RFC 4632: one address', ['192.0.2.1/32'], '192.0.2.2', false],
  ['RFC 4291 2.2: an address', ['2001:db8::1'], '2001:db8::1', true],
  ['RFC 4291 2.2: in full', ['2001:db8::1'], '2001:0db8:0:0:0:0:0:0001', true],
  ['RFC 4291 2.2: upper case', ['2001:db8::a'], '2001:DB8::A', true],
  ['RFC 4291 2.2: an entry in full', ['2001:0DB8:0:0:0:0:0:000A'], '2001:db8::a', true],
  ['RFC 4291 2.2: with an IPv4 tail', ['64:ff9b::c000:201'], '64:ff9b::192.0.2.1', true],
  ['RFC 4291 2.3: in the block', ['2001:db8::/32'], '2001:db8:ffff::1', true],
  ['RFC 4291 2.3: after the block', ['2001:db8::/32'], '2001:db9::', false],
  ['RFC 4291 2.3: within a group', ['2001:db8:8000::/33'], '2001:db8:8000::1', true],
  ['RFC 4291 2.3: within a group', ['2001:db8:8000::/33'], '2001:db8:7fff::1', false],
  ['RFC 4291 2.3: one address', ['::1/128'], '::1', true],
  ['RFC 4291 2.5.5.2: mapped is IPv4', ['203.0.113.7'], '::ffff:203.0.113.7', true],
  ['RFC 4291 2.5.5.2: in hexadecimal', ['203.0.113.7'], '::ffff:cb00:7107', true],
  ['RFC 4291 2.5.5.2: in full', ['203.0.113.7'], '0:0:0:0:0:FFFF:CB00:7107', true],
  ['RFC 4291 2.5.5.2: in a block', ['10.0.0.0/8'], '::ffff:10.1.2.3', true],
  ['RFC 4291 2.5.5.2: a mapped entry', ['::ffff:203.0.113.7'], '203.0.113.7', true],
  ['RFC 4291 2.5.5.2: a mapped entry', ['::ffff:203.0.113.7'], '::ffff:cb00:7107', true],
  ['RFC 4291 2.5.5.2: a mapped block', ['::ffff:10.0.0.0/104'], '10.1.2.3', true],
  ['RFC 4291 2.5.5.2: a mapped block', ['::ffff:10.0.0.0/104'], '11.1.2.3', false],
  ['RFC 4291 2.5.5.1: compatible is not mapped', ['10.0.0.0/8'], '::10.1.2.3', false],
  ['RFC 4291 2.5.5.1: compatible is not mapped', ['::10.1.2.3'], '10.1.2.3', false],
  ['RFC 4291 2.5.5.1: compatible is itself', ['::10.1.2.3'], '::a01:203', true],
  ['RFC 6052: translated is not IPv4', ['192.0.2.1'], '64:ff9b::192.0.2.1', false],
  ['contract: an IPv6 block holds no IPv4', ['::/1'], '10.0.0.1', false],
  ['contract: an IPv6 block holds no IPv4', ['::/1'], '::ffff:10.0.0.1', false],
  ['contract: an IPv6 block holds no IPv4', ['::/64'], '::ffff:10.0.0.1', false],
  ['contract: an IPv4 block holds no IPv6', ['0.0.0.0/1'], '::1', false],
  ['missing', ['203.0.113.7'], undefined, false],
  ['missing', ['203.0.113.7'], null, false],
  ['malformed: empty', ['203.0.113.7'], '', false],
  ['malformed: leading zeros', ['10.0.0.0/8'], '010.0.0.1', false],
  ['malformed: hexadecimal', ['10.0.0.0/8'], '0xa.0.0.1', false],
  ['malformed: short', ['10.0.0.0/8'], '10.1', false],
  ['malformed: a number', ['10.0.0.0/8'], '167772161', false],
  ['malformed: a port', ['203.0.113.7'], '203.0.113.7:443', false],
  ['malformed: brackets', ['2001:db8::1'], '[2001:db8::1]', false],
  ['malformed: a space', ['203.0.113.7'], ' 203.0.113.7', false],
  ['malformed: a line break', ['203.0.113.7'], '203.0.113.7\n', false],
  ['malformed: two', ['203.0.113.7'], '203.0.113.7, 10.0.0.1', false],
  ['malformed: a block', ['10.0.0.0/8'], '10.0.0.0/8', false],
  ['RFC 4007: a zone', ['fe80::/10'], 'fe80::1%eth0', false],
  ['RFC 4007: a zone', ['10.0.0.0/8'], '::ffff:10.0.0.1%eth0', false],
  ['malformed: long', ['10.0.0.0/8'], '1'.repeat(300), false],
];

describe('a client’s address', () => {
  test.each(CASES)('%s: %j, %j → %j', (_, entries, ip, expected) => {
    expect(matches(entries, ip)).toBe(expected);
  });
});

describe('an entry', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7/32', '203.0.113.7'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['2001:DB8:0:0:0:0:0:0001', '2001:db8::1'],
    ['2001:db8::1/128', '2001:db8::1'],
    ['2001:db8:0:0::/64', '2001:db8::/64'],
    // RFC 5952 4.2.2 and 4.2.3.
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:1:0:0:1:1:1', '::1:0:0:1:1:1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['::ffff:203.0.113.7/128', '203.0.113.7'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::10.0.0.1', '::a00:1'],
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
    ['::/1', '::/1'],
  ])('%j is stored as %j', (entry, canonical) => {
    expect(addressFault(entry)).toBeNull();
    expect(canonicalAddress(entry)).toBe(canonical);
  });

  const form =
    'must be an IPv4 or IPv6 address or a CIDR block, such as 203.0.113.7, 2001:db8::1 or 10.0.0.0/8; IPv4 has four decimal parts without leading zeros';
  const zone = 'must have no zone id: write the address up to the %';
  const everyone =
    'must not be a block of every address; leave the list empty to allow all of them';
  const prefix = (longest: number) =>
    `must have a prefix length between 1 and ${longest} after the slash, without leading zeros`;
  const hostBits = (block: string, address: string) =>
    `must begin with the first address of the block: write ${block}, or ${address} for that address alone`;

  test.each([
    ['', form],
    ['example.com', form],
    ['010.0.0.1', form],
    ['10.0.0.01', form],
    ['0xa.0.0.1', form],
    ['10.1', form],
    ['1.2.3', form],
    ['167772161', form],
    ['256.0.0.1', form],
    ['1.2.3.4.5', form],
    ['203.0.113.7:443', form],
    ['[2001:db8::1]', form],
    [' 203.0.113.7', form],
    ['203.0.113.7\n', form],
    ['10.0.0.1-10.0.0.9', form],
    ['10.0.0.*', form],
    ['2001:db8', form],
    ['1::2::3', form],
    ['::ffff:1.2.3', form],
    ['/8', form],
    ['1'.repeat(200), form],
    ['fe80::1%eth0', zone],
    ['fe80::%eth0/10', zone],
    ['0.0.0.0/0', everyone],
    ['10.0.0.1/0', everyone],
    ['::/0', everyone],
    ['::ffff:0:0/96', everyone],
    ['::ffff:0:0/0', everyone],
    ['10.0.0.0/33', prefix(32)],
    ['10.0.0.0/08', prefix(32)],
    ['10.0.0.0/', prefix(32)],
    ['10.0.0.0/-1', prefix(32)],
    ['10.0.0.0/8.0', prefix(32)],
    ['10.0.0.0/8/8', prefix(32)],
    ['10.0.0.0/255.0.0.0', prefix(32)],
    ['2001:db8::/129', prefix(128)],
    ['::ffff:10.0.0.0/129', prefix(128)],
    ['::ffff:0:0/90', 'must be an IPv4 block, such as 10.0.0.0/8, rather than an IPv4-mapped one'],
    ['10.0.0.5/8', hostBits('10.0.0.0/8', '10.0.0.5')],
    ['192.0.2.65/31', hostBits('192.0.2.64/31', '192.0.2.65')],
    ['2001:DB8::1/32', hostBits('2001:db8::/32', '2001:db8::1')],
    ['::ffff:10.0.0.5/104', hostBits('10.0.0.0/8', '10.0.0.5')],
  ])('%j is refused: %s', (entry, fault) => {
    expect(addressFault(entry)).toBe(fault);
    expect(matches([entry], entry)).toBe(false);
  });

  test('a faulty one has no canonical form', () => {
    expect(() => canonicalAddress('::/0')).toThrow(`"::/0" ${everyone}`);
  });
});

/** An address as the number it is. */
interface Model {
  readonly width: 32 | 128;
  readonly value: bigint;
}

const MAPPED = 0xffffn << 32n;

const isMapped = ({ width, value }: Model) => width === 128 && value >> 32n === 0xffffn;

function write({ width, value }: Model): string {
  const size = width === 32 ? 8 : 16;
  const parts = Array.from({ length: width / size }, (_, index) =>
    Number((value >> BigInt(width - size * (index + 1))) & BigInt(2 ** size - 1)),
  );
  return width === 32 ? parts.join('.') : parts.map((part) => part.toString(16)).join(':');
}

/** Every way in which a client’s address may arrive. */
function spellings({ width, value }: Model): string[] {
  if (width === 128) return [write({ width, value }), write({ width, value }).toUpperCase()];
  const mapped = write({ width: 128, value: MAPPED | value });
  return [write({ width, value }), `::ffff:${write({ width, value })}`, mapped];
}

const startOf = ({ width, value }: Model, bits: number): bigint =>
  (value >> BigInt(width - bits)) << BigInt(width - bits);

describe('whatever is sent or asked for', () => {
  const address = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value): Model => ({ width: 32, value })),
    fc
      .bigInt({ min: 0n, max: 2n ** 128n - 1n })
      .map((value): Model => ({ width: 128, value }))
      .filter((model) => !isMapped(model)),
    // Many groups of zero, as real addresses have.
    fc
      .array(fc.constantFrom(0n, 0n, 0n, 1n, 0xffffn), { minLength: 8, maxLength: 8 })
      .map((groups) => groups.reduce<bigint>((value, group) => (value << 16n) | group, 0n))
      .map((value): Model => ({ width: 128, value }))
      .filter((model) => !isMapped(model)),
  );
  const block = address.chain((first) =>
    fc
      .integer({ min: 1, max: first.width })
      .map((bits) => ({ ...first, value: startOf(first, bits), bits }))
      .filter((model) => !isMapped(model)),
  );
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.:./% '), maxLength: 45 }),
    fc.ipV6(),
    fc.ipV4Extended(),
    fc.tuple(fc.ipV6(), fc.nat(130)).map(([ip, bits]) => `${ip}/${bits}`),
  );

  test('membership is that of numbers', () => {
    const flip = fc.integer({ min: 0, max: 127 });
    fc.assert(
      fc.property(block, address, flip, ({ bits, ...first }, other, position) => {
        const { width, value } = first;
        const near = { width, value: value ^ (1n << BigInt(position % width)) };
        const matcher = compileAddresses([`${write(first)}/${bits}`]);
        for (const asked of [first, near, other].filter((model) => !isMapped(model))) {
          const inside = asked.width === width && startOf(asked, bits) === value;
          for (const text of spellings(asked)) {
            expect(matchesAddress(matcher, text), text).toBe(inside);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('a list holds what one of its entries holds', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 100 }), address, (blocks, asked) => {
        const entries = blocks.map((model) => `${write(model)}/${model.bits}`);
        const some = entries.some((entry) => matches([entry], write(asked)));
        expect(matches(entries, write(asked))).toBe(some);
      }),
    );
  });

  test('an address has one canonical form, which RFC 5952 gives', () => {
    fc.assert(
      fc.property(address, (model) => {
        const [canonical, ...others] = new Set(spellings(model).map(canonicalAddress));
        expect(others).toEqual([]);
        // The URL standard writes IPv6 as RFC 5952 does.
        const expected =
          model.width === 32 ? write(model) : new URL(`http://[${write(model)}]`).hostname;
        expect(model.width === 32 ? canonical : `[${canonical}]`).toBe(expected);
      }),
    );
  });

  test('nothing throws, and a canonical form is its own', () => {
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 5 }), noise, (entries, ip) => {
        expect(typeof matches(entries, ip)).toBe('boolean');
        for (const entry of entries.filter((text) => addressFault(text) === null)) {
          const canonical = canonicalAddress(entry);
          expect(addressFault(canonical)).toBeNull();
          expect(canonicalAddress(canonical)).toBe(canonical);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is an address is decided as the operating system does', () => {
    const near = fc
      .tuple(address, fc.nat(60), fc.constantFrom('', '0', ':', '::', '.', 'f', '1', '%', ' '))
      .map(([model, at, put]) => `${write(model).slice(0, at)}${put}${write(model).slice(at + 1)}`);
    fc.assert(
      fc.property(fc.oneof(near, noise), (text) => {
        // A zone is an address there, and not here.
        expect(readAddress(text) !== null).toBe(isIP(text) !== 0 && !text.includes('%'));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/0', null],
    ['10.1.2.3/33', null],
    ['10.1.2.3/x', null],
    ['10.1.2.3', null],
    ['nothing/8', null],
  ])('the block around "%s" is %s', (entry, expected) => {
    expect(blockAround(entry)).toBe(expected);
  });
});
