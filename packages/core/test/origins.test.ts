import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalOrigin } from '@claviger/contract';
import { compileOrigins, matchesOrigin, originFault } from '../src/verification/origins.ts';

const matches = (entries: readonly string[], origin: string | null | undefined) =>
  matchesOrigin(compileOrigins(entries), origin);

type Case = readonly [
  rule: string,
  entries: readonly string[],
  origin: string | null | undefined,
  expected: boolean,
];

const A_HOST = ['example.com'];
const A_WILDCARD = ['*.example.com'];
const LOCAL = ['http://localhost:3000'];
const LONG_LABEL = 'a'.repeat(64);

const HOSTS: readonly Case[] = [
  ['contract: a host on https', A_HOST, 'https://example.com', true],
  ['contract: a host on http', A_HOST, 'http://example.com', true],
  ['contract: a host on no other port', A_HOST, 'https://example.com:8443', false],
  ['contract: a host not on the other scheme’s port', A_HOST, 'http://example.com:443', false],
  ['contract: a host not on the other scheme’s port', A_HOST, 'https://example.com:80', false],
  ['contract: a host and not its subdomains', A_HOST, 'https://www.example.com', false],
  ['contract: a subdomain and not its parent', ['www.example.com'], 'https://example.com', false],
  ['contract: a host in no other scheme', A_HOST, 'chrome-extension://example.com', false],
  ['contract: a host in no scheme that objects have', A_HOST, 'constructor://example.com', false],
  ['contract: any entry will do', ['a.example', 'b.example'], 'https://b.example', true],
  ['contract: none of several', ['a.example', 'b.example'], 'https://c.example', false],
  ['contract: an empty list', [], 'https://example.com', false],
  ['contract: a single label', ['localhost'], 'http://localhost', true],
  ['contract: a single label, default port only', ['localhost'], 'http://localhost:3000', false],
  ['contract: a faulty entry allows nothing', ['*', '', 'null'], 'https://example.com', false],
  [
    'URL 3.1: underscores are host characters',
    ['a_b.example.com'],
    'https://a_b.example.com',
    true,
  ],
];

const WILDCARDS: readonly Case[] = [
  ['contract: a subdomain', A_WILDCARD, 'https://app.example.com', true],
  ['contract: a subdomain on http', A_WILDCARD, 'http://app.example.com', true],
  ['contract: any depth', A_WILDCARD, 'https://a.b.c.example.com', true],
  ['contract: never the apex', A_WILDCARD, 'https://example.com', false],
  ['contract: apex beside wildcard', ['example.com', '*.example.com'], 'https://example.com', true],
  ['contract: default port only', A_WILDCARD, 'https://app.example.com:8443', false],
  ['contract: default port written out', A_WILDCARD, 'https://app.example.com:443', true],
  ['contract: http and https only', A_WILDCARD, 'app://app.example.com', false],
  ['label boundary', A_WILDCARD, 'https://evil-example.com', false],
  ['label boundary', A_WILDCARD, 'https://evilexample.com', false],
  ['label boundary', A_WILDCARD, 'https://example.com.evil.org', false],
  ['label boundary', A_WILDCARD, 'https://app.example.com.evil.org', false],
  ['label boundary', A_WILDCARD, 'https://app.example.comm', false],
  ['label boundary', A_WILDCARD, 'https://app.example.co', false],
  ['label boundary: a label is not empty', A_WILDCARD, 'https://.example.com', false],
  ['label boundary: a label is not empty', A_WILDCARD, 'https://app..example.com', false],
  ['a host has no asterisk', A_WILDCARD, 'https://*.example.com', false],
  ['URL 3.3: upper case', A_WILDCARD, 'https://APP.Example.COM', true],
  ['URL 3.3: IDN in Unicode', ['*.bücher.example'], 'https://app.bücher.example', true],
  ['URL 3.3: IDN in punycode', ['*.bücher.example'], 'https://app.xn--bcher-kva.example', true],
  ['wildcard below a subdomain', ['*.app.example.com'], 'https://x.app.example.com', true],
  ['wildcard below a subdomain', ['*.app.example.com'], 'https://x.example.com', false],
  ['PSL: below a rented name', ['*.me.github.io'], 'https://a.me.github.io', true],
  ['PSL: not beside a rented name', ['*.me.github.io'], 'https://you.github.io', false],
  ['PSL: a suffix stored all the same', ['*.github.io'], 'https://you.github.io', false],
  ['PSL: a suffix stored all the same', ['*.co.uk'], 'https://you.co.uk', false],
  ['PSL: no suffix in between', ['*.amazonaws.com'], 'https://you.s3.amazonaws.com', false],
  ['PSL: not the suffix itself', ['*.amazonaws.com'], 'https://s3.amazonaws.com', false],
  ['PSL: elsewhere in the domain', ['*.amazonaws.com'], 'https://console.amazonaws.com', true],
  ['PSL: an unlisted top-level domain', ['*.corp.internal'], 'https://a.corp.internal', true],
];

const ORIGINS: readonly Case[] = [
  ['contract: scheme and port', LOCAL, 'http://localhost:3000', true],
  ['contract: another port', LOCAL, 'http://localhost:3001', false],
  ['contract: no port', LOCAL, 'http://localhost', false],
  ['contract: another scheme', LOCAL, 'https://localhost:3000', false],
  ['contract: a port that begins alike', LOCAL, 'http://localhost:30000', false],
  ['RFC 6454 4: default port', ['https://example.com'], 'https://example.com', true],
  ['RFC 6454 4: default port', ['https://example.com:443'], 'https://example.com', true],
  ['RFC 6454 4: default port', ['http://example.com:80'], 'http://example.com', true],
  ['RFC 6454 5: schemes differ', ['https://example.com'], 'http://example.com', false],
  ['RFC 6454 5: ports differ', ['https://example.com'], 'https://example.com:444', false],
  ['RFC 6454 5: not its subdomains', ['https://example.com'], 'https://a.example.com', false],
  ['RFC 6454 6.2: default port written out', A_HOST, 'https://example.com:443', true],
  ['RFC 6454 6.2: default port written out', A_HOST, 'http://example.com:80', true],
  ['RFC 6454 4: upper case in the scheme', A_HOST, 'HTTPS://example.com', true],
  ['RFC 6454 4: upper case in the host', A_HOST, 'https://EXAMPLE.com', true],
  ['RFC 6454 4: upper case in the entry', ['HTTPS://Example.COM'], 'https://example.com', true],
  ['RFC 1034 3.1: the root’s dot', A_HOST, 'https://example.com.', true],
  ['RFC 1034 3.1: the root’s dot', ['example.com.'], 'https://example.com', true],
  ['RFC 1034 3.1: one dot only', A_HOST, 'https://example.com..', false],
  ['URL 3.3: IDN in Unicode', ['xn--bcher-kva.example'], 'https://bücher.example', true],
  ['URL 3.3: IDN in punycode', ['bücher.example'], 'https://xn--bcher-kva.example', true],
  ['URL 3.3: IDN in upper case', ['BÜCHER.example'], 'https://bücher.example', true],
  ['URL 3.3: not transitional', ['faß.example'], 'https://fass.example', false],
  ['URL 3.3: look-alikes differ', ['example.com'], 'https://еxample.com', false],
  ['URL 3.3: ideographic full stop', A_HOST, 'https://example。com', true],
];

const OTHER_SCHEMES: readonly Case[] = [
  ['an extension', ['chrome-extension://abcdefgh'], 'chrome-extension://abcdefgh', true],
  ['another extension', ['chrome-extension://abcdefgh'], 'chrome-extension://abcdefgi', false],
  ['Safari has upper case', ['safari-web-extension://AB-12'], 'safari-web-extension://AB-12', true],
  ['a webview', ['capacitor://localhost'], 'capacitor://localhost', true],
  ['a webview is no host', ['capacitor://localhost'], 'http://localhost', false],
  ['a scheme without default port', ['tauri://localhost:443'], 'tauri://localhost', false],
  ['a scheme without default port', ['tauri://localhost:443'], 'tauri://localhost:443', true],
];

const ADDRESSES: readonly Case[] = [
  ['URL 3.5: IPv4', ['127.0.0.1'], 'http://127.0.0.1', true],
  ['URL 3.5: IPv4 with port', ['http://127.0.0.1:8080'], 'http://127.0.0.1:8080', true],
  ['URL 3.5: serialized in four parts', ['127.0.0.1'], 'http://127.1', false],
  ['URL 3.5: serialized in decimal', ['127.0.0.1'], 'http://0x7f.0.0.1', false],
  ['URL 3.5: serialized in ASCII', ['127.0.0.1'], 'http://１27.0.0.1', false],
  ['URL 3.5: IPv6', ['[::1]'], 'http://[::1]', true],
  ['URL 3.5: IPv6 with port', ['http://[::1]:3000'], 'http://[::1]:3000', true],
  ['URL 3.5: IPv6 in full', ['[2001:db8::1]'], 'http://[2001:DB8:0:0:0:0:0:1]', true],
  ['URL 3.5: IPv6 in full, entry', ['[2001:0db8:0::1]'], 'http://[2001:db8::1]', true],
  ['URL 3.5: another IPv6', ['[2001:db8::1]'], 'http://[2001:db8::2]', false],
  ['URL 3.5: IPv6 has brackets', ['[::1]'], 'http://::1', false],
  ['URL 3.1: no zone id', ['[fe80::1]'], 'http://[fe80::1%25eth0]', false],
  ['contract: addresses have no subdomains', ['*.0.0.1'], 'http://127.0.0.1', false],
];

const NOT_ORIGINS: readonly Case[] = [
  ['contract: no header', A_HOST, undefined, false],
  ['contract: no header', A_HOST, null, false],
  ['contract: null never matches', A_HOST, 'null', false],
  ['contract: null never matches', ['null'], 'null', false],
  ['contract: null never matches', ['https://null'], 'null', false],
  ['RFC 6454 7.1: empty', A_HOST, '', false],
  ['RFC 6454 7.1: a list', A_HOST, 'https://example.com https://example.com', false],
  ['RFC 9110 5.3: two headers joined', A_HOST, 'https://example.com, https://evil.org', false],
  ['RFC 6454 6.2: no scheme', A_HOST, 'example.com', false],
  ['RFC 6454 6.2: no scheme', A_HOST, '//example.com', false],
  ['RFC 6454 6.2: no host', A_HOST, 'https://', false],
  ['RFC 6454 6.2: a slash', A_HOST, 'https://example.com/', false],
  ['RFC 6454 6.2: a path', A_HOST, 'https://example.com/path', false],
  ['RFC 6454 6.2: a query', A_HOST, 'https://example.com?a', false],
  ['RFC 6454 6.2: a fragment', A_HOST, 'https://example.com#a', false],
  ['RFC 6454 6.2: a user', A_HOST, 'https://evil.org@example.com', false],
  ['RFC 6454 6.2: a user', A_HOST, 'https://example.com@evil.org', false],
  ['RFC 6454 6.2: a backslash', A_HOST, 'https:\\\\example.com', false],
  ['RFC 6454 6.2: a backslash', A_HOST, 'https://evil.org\\.example.com', false],
  ['RFC 6454 6.2: one slash', A_HOST, 'https:/example.com', false],
  ['RFC 6454 6.2: an empty port', A_HOST, 'https://example.com:', false],
  ['RFC 6454 6.2: a zero before the port', A_HOST, 'https://example.com:0443', false],
  ['URL 4.4: a port out of range', A_HOST, 'https://example.com:65536', false],
  ['RFC 6454 6.2: space before', A_HOST, ' https://example.com', false],
  ['RFC 6454 6.2: space after', A_HOST, 'https://example.com ', false],
  ['RFC 6454 6.2: a tab inside', A_HOST, 'https://exam\tple.com', false],
  ['RFC 6454 6.2: a line break', A_HOST, 'https://example.com\n', false],
  ['RFC 6454 6.2: a control character', A_HOST, 'https://example.com\u0000', false],
  ['RFC 6454 6.2: percent-encoding', A_HOST, 'https://ex%61mple.com', false],
  ['URL 3.3: a lone surrogate', A_HOST, 'https://example.com\ud800', false],
  ['RFC 1035 2.3.4: a label too long', A_WILDCARD, `https://${LONG_LABEL}.example.com`, false],
  ['bounded: too long', A_WILDCARD, `https://${'a.'.repeat(2_000)}example.com`, false],
];

describe('a request’s origin', () => {
  const cases = [
    ...HOSTS,
    ...WILDCARDS,
    ...ORIGINS,
    ...OTHER_SCHEMES,
    ...ADDRESSES,
    ...NOT_ORIGINS,
  ];
  test.each(cases)('%s: %j, %j → %j', (_, entries, origin, expected) => {
    expect(matches(entries, origin)).toBe(expected);
  });
});

describe('an entry', () => {
  test.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['ex\u00adample.com', 'example.com'],
    ['*.Example.com.', '*.example.com'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['*.me.github.io', '*.me.github.io'],
    ['*.corp.internal', '*.corp.internal'],
    ['https://example.com:443', 'https://example.com'],
    ['http://example.com:80', 'http://example.com'],
    ['http://example.com:443', 'http://example.com:443'],
    ['HTTP://LOCALHOST:3000', 'http://localhost:3000'],
    ['127.0.0.1', '127.0.0.1'],
    ['[2001:DB8:0:0:0:0:0:1]', '[2001:db8::1]'],
    ['http://[0:0:0:0:0:0:0:1]:3000', 'http://[::1]:3000'],
    ['[::ffff:192.0.2.1]', '[::ffff:c000:201]'],
    ['chrome-extension://abcdefgh', 'chrome-extension://abcdefgh'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['http://localhost:65535', 'http://localhost:65535'],
    ['a_b.example.com', 'a_b.example.com'],
  ])('%j is stored as %j', (entry, canonical) => {
    expect(originFault(entry)).toBeNull();
    expect(canonicalOrigin(entry)).toBe(canonical);
  });

  const form =
    'must be a host such as app.example.com, a wildcard such as *.example.com, or an origin such as http://localhost:3000';
  const host = `${form}; a host has at most 253 characters, in labels of 1 to 63 letters, digits or hyphens, an address no short form and no wildcard`;
  const suffix = (name: string) =>
    `must not be a wildcard on ${name}, a public suffix: its subdomains belong to others; write *. and a domain of your own, such as *.example.com`;
  const isNull =
    'must not be null, which sandboxed pages and local files of anyone send; name the origin of a page';
  const everyone =
    'must not be *, which would allow every website; name each host, such as app.example.com';
  const wildcardOrigin =
    'must be a wildcard without scheme and port, such as *.example.com (http and https on the default port), or name each origin';
  const asterisk = 'must have * as the whole first label and nowhere else, as in *.example.com';
  const user = 'must have no user name and no password; write https://example.com';
  const noPage =
    'must be the origin of a page, and no page has one of this scheme; write https://app.example.com';
  const path =
    'must end after the host or the port, without slash, path, query or fragment, as in https://example.com';
  const noScheme = 'must have a scheme where it has a port, as in http://localhost:3000';
  const port =
    'must have a port between 1 and 65535, without leading zeros, or none, which is the default port of the scheme';
  const space = 'must have no spaces and no control characters';
  const percent = 'must have no percent sign: no percent-encoding and no zone id';

  test.each([
    ['', form],
    ['null', isNull],
    ['NULL', isNull],
    ['*', everyone],
    ['*.', everyone],
    ['*.com', suffix('com')],
    ['*.CO.UK.', suffix('co.uk')],
    ['*.github.io', suffix('github.io')],
    ['*.vercel.app', suffix('vercel.app')],
    ['*.s3.amazonaws.com', suffix('s3.amazonaws.com')],
    ['*.anything.ck', suffix('anything.ck')],
    ['*.公司.cn', suffix('xn--55qx5d.cn')],
    ['*.localhost', suffix('localhost')],
    ['*.internal', suffix('internal')],
    ['app.*.com', asterisk],
    ['*app.example.com', asterisk],
    ['app*.example.com', asterisk],
    ['*.*.example.com', asterisk],
    ['https://*.example.com', wildcardOrigin],
    ['chrome-extension://*', wildcardOrigin],
    ['*.example.com:8080', wildcardOrigin],
    ['*.1.2.3.4', host],
    ['*.3.4', host],
    ['*.[::1]', host],
    ['＊.example.com', host],
    ['example.com/', path],
    ['https://example.com/', path],
    ['https://example.com/path', path],
    ['https://example.com?query', path],
    ['https://example.com#fragment', path],
    ['https:\\\\example.com', path],
    ['user@example.com', user],
    ['https://user:password@example.com', user],
    ['ws://example.com', noPage],
    ['wss://example.com', noPage],
    ['ftp://example.com', noPage],
    ['file:///home/index.html', noPage],
    ['data:text/html,', noPage],
    ['blob:https://example.com/1', noPage],
    ['javascript:alert(1)', noPage],
    ['example.com:8443', noScheme],
    ['[::1]:3000', noScheme],
    ['http://localhost:0', port],
    ['http://localhost:080', port],
    ['http://localhost:65536', port],
    ['http://localhost:', port],
    ['http://localhost:3000:1', port],
    ['http://[::1]:99999', port],
    ['::1', 'must have an IPv6 address in brackets, as in [2001:db8::1]'],
    ['[fe80::1%25eth0]', percent],
    ['ex%61mple.com', percent],
    ['example .com', space],
    [' example.com', space],
    ['exam\tple.com', space],
    ['example.com\u0000', space],
    ['1.2.3', host],
    ['010.0.0.1', host],
    ['0x7f.0.0.1', host],
    ['１27.0.0.1', host],
    ['.example.com', host],
    ['a..example.com', host],
    ['example.com..', host],
    ['https://', host],
    ['https:example.com', host],
    ['[]', host],
    ["it's.example", host],
    ['\ud800.example', host],
    [`${LONG_LABEL}.example`, host],
  ])('%j is refused', (entry, fault) => {
    expect(originFault(entry)).toBe(fault);
    expect(matches([entry], entry)).toBe(false);
  });

  test.each([
    ['a host', 'a.'.repeat(126) + 'a', 'a'],
    ['a wildcard', `*.${'a.'.repeat(124)}com`, 'm'],
    ['an origin', `https://${'a.'.repeat(126)}a`, 'a'],
    ['an IDN', `${'é.'.repeat(30)}${'a'.repeat(13)}`, 'a'],
  ])('%s may have 253 characters, without its scheme and in punycode', (_, longest, more) => {
    expect(originFault(longest)).toBeNull();
    expect(canonicalOrigin(longest).replace('https://', '')).toHaveLength(253);
    expect(originFault(longest + more)).toBe(host);
    expect(originFault('a'.repeat(3_000))).toBe('must have a host of at most 253 characters');
  });

  test('a faulty one has no canonical form', () => {
    expect(() => canonicalOrigin('*')).toThrow(`"*" ${everyone}`);
  });
});

describe('whatever is sent or asked for', () => {
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'*.:/@[]%\\ -_aA0?#é。\u0000'), maxLength: 30 }),
    fc.tuple(fc.constantFrom('https://', 'http://', '*.', ''), fc.domain()).map((p) => p.join('')),
    fc.webUrl(),
    fc.ipV6().map((ip) => `http://[${ip}]`),
  );
  const origin = fc
    .record({
      scheme: fc.constantFrom('http', 'https', 'HTTPS', 'chrome-extension'),
      host: fc.oneof(
        fc.domain(),
        fc.ipV4(),
        fc.ipV6().map((ip) => `[${ip}]`),
      ),
      port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: null }),
    })
    .map(({ scheme, host, port }) => `${scheme}://${host}${port === null ? '' : `:${port}`}`);

  test('nothing throws', () => {
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 5 }), noise, (entries, header) => {
        expect(typeof matches(entries, header)).toBe('boolean');
        for (const entry of entries) expect(originFault(entry)).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  test('a canonical form is its own, and as good as what it was made of', () => {
    fc.assert(
      fc.property(fc.oneof(noise, origin), (entry) => {
        fc.pre(originFault(entry) === null);
        const canonical = canonicalOrigin(entry);
        expect(originFault(canonical)).toBeNull();
        expect(canonicalOrigin(canonical)).toBe(canonical);
        expect(compileOrigins([canonical])).toEqual(compileOrigins([entry]));
      }),
    );
  });

  test('an origin matches itself, written either way', () => {
    fc.assert(
      fc.property(origin, (entry) => {
        expect(matches([entry], canonicalOrigin(entry))).toBe(true);
        expect(matches([entry], entry)).toBe(true);
      }),
    );
  });

  test('the canonical form of a web origin is the one of the URL standard', () => {
    fc.assert(
      fc.property(origin, (entry) => {
        fc.pre(/^http/i.test(entry));
        expect(canonicalOrigin(entry)).toBe(new URL(entry).origin);
      }),
    );
  });

  test('a wildcard matches every subdomain, never its apex', () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), (base, labels) => {
        fc.pre(originFault(`*.${base}`) === null && originFault(`${labels}.${base}`) === null);
        expect(matches([`*.${base}`], `https://${base}`)).toBe(false);
        expect(matches([`*.${base}`], `http://${base}`)).toBe(false);
        expect(matches([`*.${base}`], `https://${labels}.${base}`)).toBe(true);
      }),
    );
  });

  test('a name that only looks like an allowed one matches nothing', () => {
    const label = fc.string({
      unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.domain(), label, fc.constantFrom('', '-'), (base, word, joint) => {
        const entries = [base, `*.${base}`, `https://${base}`];
        for (const host of [
          `${word}${joint}${base}`,
          `${base}.${word}.invalid`,
          `${base}${word}`,
        ]) {
          expect(matches(entries, `https://${host}`)).toBe(false);
        }
      }),
    );
  });
});
