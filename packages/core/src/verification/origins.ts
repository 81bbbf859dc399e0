import { isIPv4, isIPv6 } from 'node:net';
import { getDomain } from 'tldts';
import { holds } from './holds.ts';

/** A key's list of origins, made ready. Made by `compileOrigins`, asked by `matchesOrigin`. */
export interface OriginMatcher {
  /** Names and addresses that match on http and https, default port only. */
  readonly hosts: readonly string[];
  /** Serialized origins that match as they are. */
  readonly origins: readonly string[];
  /** Of `*.example.com`: `.example.com`. */
  readonly suffixes: readonly string[];
}

/** No browser sends more, and parsing takes time that grows with the text. */
const MAX_LENGTH = 2_048;

/** RFC 1035 2.3.4 allows 255 octets on the wire, which is 253 characters. */
const MAX_HOST_LENGTH = 253;

/** 1 to 65535. */
const PORT = '(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';

/** RFC 6454 6.2: scheme, host and port, with nothing after them. Which hosts there are, `canonicalHost` decides. */
const ORIGIN = new RegExp(
  `^([a-z][a-z0-9+.-]{0,62})://([^/:]+|\\[[^/\\]]*\\])(?::(${PORT}))?$`,
  'i',
);

/** What the URL parser may be given as a host: nothing that it would read as the end of one, decode or leave out. */
const HOST = /^(?:[^/?#@:\\[\]%\s]+|\[[0-9a-f:.]+\])$/i;

/** Labels of RFC 1035, and underscores, which the URL standard allows and some internal hosts have. */
const NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;

const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
]);

/** URL standard 4.7: pages of these schemes have an opaque origin, sent as `null`, or there are no pages of them. */
const NO_ORIGIN_SCHEMES = ['about', 'blob', 'data', 'file', 'ftp', 'javascript', 'ws', 'wss'];

/** Public Suffix List, private section included: whoever rents `me.github.io` must not pass as `*.github.io`. */
const SUFFIX_RULES = {
  allowPrivateDomains: true,
  // A host is all it is ever asked about.
  detectIp: false,
  extractHostname: false,
  validateHostname: false,
};

const FORM =
  'must be a host such as app.example.com, a wildcard such as *.example.com, or an origin such as http://localhost:3000';

/**
 * Why a text cannot be stored in `allowedOrigins`, worded to follow the field's name; null when it can.
 * Schemes other than http and https are accepted in a full origin (`chrome-extension://<id>`,
 * `capacitor://localhost`): browsers send those as written, and nothing else matches them.
 */
export function originFault(entry: string): string | null {
  const canonical = parseEntry(entry);
  if (canonical === null) return explain(entry);
  if (!canonical.startsWith('*.')) return null;
  const base = canonical.slice(2);
  if (getDomain(base, SUFFIX_RULES) !== null) return null;
  return `must not be a wildcard on ${base}, a public suffix: its subdomains belong to others; write *. and a domain of your own, such as *.example.com`;
}

/**
 * The form an entry is stored and shown in: lower case, punycode, IPv6 as the URL standard writes it, no
 * dot at the end, no default port. Entries with the same form are the same. Throws when `originFault`
 * finds the text unreadable.
 */
export function canonicalOrigin(entry: string): string {
  const canonical = parseEntry(entry);
  if (canonical === null) throw new Error(`"${entry}" ${explain(entry)}`);
  return canonical;
}

/** Takes entries in any form; one that cannot be read allows nothing. */
export function compileOrigins(entries: readonly string[]): OriginMatcher {
  const read = entries.map(parseEntry).filter((entry) => entry !== null);
  const named = read.filter((entry) => !entry.startsWith('*.'));
  return {
    hosts: compact(named.filter((entry) => !entry.includes('://'))),
    origins: compact(named.filter((entry) => entry.includes('://'))),
    suffixes: compact(
      read.filter((entry) => entry.startsWith('*.')).map((entry) => entry.slice(1)),
    ),
  };
}

const NONE: readonly string[] = [];

/** Many keys hold such a list: most of the lists are empty, and `filter` leaves room behind the rest. */
function compact(list: readonly string[]): readonly string[] {
  return list.length === 0 ? NONE : list.slice();
}

/**
 * Whether a request with this `Origin` header (RFC 6454 section 7) comes from one of the origins. No
 * header, `null` and anything that is not one serialized origin match nothing. Any input; never throws.
 */
export function matchesOrigin(matcher: OriginMatcher, origin: string | null | undefined): boolean {
  if (typeof origin !== 'string') return false;
  const { hosts, origins, suffixes } = matcher;
  // Browsers send the canonical form, so this answers nearly every request that is let through.
  if (holds(origins, origin) || holds(hosts, plainHost(origin))) return true;
  const parsed = parseOrigin(origin);
  if (parsed === null) return false;
  const { scheme, host, port } = parsed;
  if (origins.includes(serialize(parsed))) return true;
  if (!DEFAULT_PORTS.has(scheme) || port !== '') return false;
  return hosts.includes(host) || suffixes.some((suffix) => isUnder(host, suffix));
}

/** What follows `http://` or `https://`: the host, if the port is the default one. */
function plainHost(origin: string): string {
  if (origin.startsWith('https://')) return origin.slice('https://'.length);
  return origin.startsWith('http://') ? origin.slice('http://'.length) : '';
}

/**
 * A wildcard reaches no further than the domain it is in: `*.amazonaws.com` is no public suffix, but
 * `anyone.s3.amazonaws.com` is someone else's. Asked here because the list of suffixes grows.
 */
function isUnder(host: string, suffix: string): boolean {
  if (!host.endsWith(suffix)) return false;
  const domain = getDomain(host, SUFFIX_RULES);
  return domain !== null && suffix.endsWith(`.${domain}`);
}

interface Origin {
  readonly scheme: string;
  readonly host: string;
  /** Empty for the default port. */
  readonly port: string;
}

function serialize({ scheme, host, port }: Origin): string {
  return port === '' ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}

function parseOrigin(text: string): Origin | null {
  if (text.length > MAX_LENGTH) return null;
  const [, writtenScheme = '', writtenHost = '', port = ''] = ORIGIN.exec(text) ?? [];
  const scheme = writtenScheme.toLowerCase();
  const host = canonicalHost(writtenHost);
  if (host === null) return null;
  return { scheme, host, port: port === DEFAULT_PORTS.get(scheme) ? '' : port };
}

/** The canonical form of an entry; null when it has none of the three forms. */
function parseEntry(entry: string): string | null {
  if (entry.length > MAX_LENGTH) return null;
  if (entry.startsWith('*.')) return parseWildcard(entry.slice(2));
  if (!entry.includes('://')) {
    const host = canonicalHost(entry);
    return host === 'null' ? null : host;
  }
  const origin = parseOrigin(entry);
  return origin === null || NO_ORIGIN_SCHEMES.includes(origin.scheme) ? null : serialize(origin);
}

function parseWildcard(text: string): string | null {
  const base = canonicalHost(text);
  if (base === null || isIPv4(base) || base.startsWith('[')) return null;
  return base.length + 2 > MAX_HOST_LENGTH ? null : `*.${base}`;
}

/** The host as the URL standard serializes it, without a dot at its end; null when it is not one. */
function canonicalHost(text: string): string | null {
  if (!HOST.test(text)) return null;
  // With a slash after it: at the very end of its input, the parser leaves control characters out.
  const host = URL.parse(`http://${text}/`)?.hostname.replace(/\.$/, '');
  if (host === undefined) return null;
  if (host.startsWith('[')) return host;
  // The parser reads 127.1 and 0x7f000001 as addresses too. No browser sends them so.
  if (isIPv4(host) && text.replace(/\.$/, '') !== host) return null;
  return host.length <= MAX_HOST_LENGTH && NAME.test(host) ? host : null;
}

/** In this order; the first that applies is what is said. */
const FAULTS: readonly (readonly [applies: RegExp, fault: string])[] = [
  [/^$/, FORM],
  [/[\s\p{Cc}]/u, 'must have no spaces and no control characters'],
  [
    /^null$/i,
    'must not be null, which sandboxed pages and local files of anyone send; name the origin of a page',
  ],
  [
    /^\*\.?$/,
    'must not be *, which would allow every website; name each host, such as app.example.com',
  ],
  [
    /:\/\/.*\*|^\*\.[^*:/[]*:/,
    'must be a wildcard without scheme and port, such as *.example.com (http and https on the default port), or name each origin',
  ],
  [/.\*|^\*[^.]/, 'must have * as the whole first label and nowhere else, as in *.example.com'],
  [/@/, 'must have no user name and no password; write https://example.com'],
  [
    new RegExp(`^(?:${NO_ORIGIN_SCHEMES.join('|')}):`, 'i'),
    'must be the origin of a page, and no page has one of this scheme; write https://app.example.com',
  ],
  // A slash other than those of `://`.
  [
    /[?#\\]|(?<!:|:\/)\//,
    'must end after the host or the port, without slash, path, query or fragment, as in https://example.com',
  ],
  [/%/, 'must have no percent sign: no percent-encoding and no zone id'],
  [
    /^(?:[^:[]+|\[[^\]]*\]):\d*$/,
    'must have a scheme where it has a port, as in http://localhost:3000',
  ],
  [
    new RegExp(`://(?:[^:]+|\\[[^\\]]*\\]):(?!${PORT}$)`),
    'must have a port between 1 and 65535, without leading zeros, or none, which is the default port of the scheme',
  ],
];

function explain(entry: string): string {
  if (entry.length > MAX_LENGTH) return `must have a host of at most ${MAX_HOST_LENGTH} characters`;
  const known = FAULTS.find(([applies]) => applies.test(entry));
  if (known !== undefined) return known[1];
  if (isIPv6(entry)) return 'must have an IPv6 address in brackets, as in [2001:db8::1]';
  return `${FORM}; a host has at most ${MAX_HOST_LENGTH} characters, in labels of 1 to 63 letters, digits or hyphens, an address no short form and no wildcard`;
}
