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

/** As the URL parser writes an address; it takes nothing else that ends in a number. */
const IPV4 = /^\d+(?:\.\d+){3}$/;

export const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
]);

/** URL standard 4.7: pages of these schemes have an opaque origin, sent as `null`, or there are no pages of them. */
const NO_ORIGIN_SCHEMES = ['about', 'blob', 'data', 'file', 'ftp', 'javascript', 'ws', 'wss'];

const FORM =
  'must be a host such as app.example.com, a wildcard such as *.example.com, or an origin such as http://localhost:3000';

/**
 * Why a text cannot be stored in `allowedOrigins` whatever the list of public suffixes says, worded to follow
 * the field's name; null when nothing in its form stands against it. Schemes other than http and https are accepted in
 * a full origin (`chrome-extension://<id>`, `capacitor://localhost`): browsers send those as written, and
 * nothing else matches them.
 */
export const originFormFault = (entry: string): string | null =>
  readOriginEntry(entry) === null ? explain(entry) : null;

/**
 * The form an entry is stored and shown in: lower case, punycode, IPv6 as the URL standard writes it, no
 * dot at the end, no default port. Entries with the same form are the same. Throws when `originFormFault`
 * finds it unreadable.
 */
export function canonicalOrigin(entry: string): string {
  const canonical = readOriginEntry(entry);
  if (canonical === null) throw new Error(`"${entry}" ${explain(entry)}`);
  return canonical;
}

export interface Origin {
  readonly scheme: string;
  readonly host: string;
  /** Empty for the default port. */
  readonly port: string;
}

export function serializeOrigin({ scheme, host, port }: Origin): string {
  return port === '' ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}

/** RFC 6454 6.2: one serialized origin, and nothing else. Any input; never throws. */
export function readOrigin(text: string): Origin | null {
  if (text.length > MAX_LENGTH) return null;
  const [, writtenScheme = '', writtenHost = '', port = ''] = ORIGIN.exec(text) ?? [];
  const scheme = writtenScheme.toLowerCase();
  const host = canonicalHost(writtenHost);
  if (host === null) return null;
  return { scheme, host, port: port === DEFAULT_PORTS.get(scheme) ? '' : port };
}

/** The canonical form of an entry; null when it has none of the three forms. */
export function readOriginEntry(entry: string): string | null {
  if (entry.length > MAX_LENGTH) return null;
  if (entry.startsWith('*.')) return parseWildcard(entry.slice(2));
  if (!entry.includes('://')) {
    const host = canonicalHost(entry);
    return host === 'null' ? null : host;
  }
  const origin = readOrigin(entry);
  return origin === null || NO_ORIGIN_SCHEMES.includes(origin.scheme)
    ? null
    : serializeOrigin(origin);
}

function parseWildcard(text: string): string | null {
  const base = canonicalHost(text);
  if (base === null || IPV4.test(base) || base.startsWith('[')) return null;
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
  if (IPV4.test(host) && text.replace(/\.$/, '') !== host) return null;
  return host.length <= MAX_HOST_LENGTH && NAME.test(host) ? host : null;
}

const isIpv6 = (text: string): boolean =>
  /^[0-9a-f:.]+$/i.test(text) && URL.parse(`http://[${text}]/`) !== null;

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
  if (isIpv6(entry)) return 'must have an IPv6 address in brackets, as in [2001:db8::1]';
  return `${FORM}; a host has at most ${MAX_HOST_LENGTH} characters, in labels of 1 to 63 letters, digits or hyphens, an address no short form and no wildcard`;
}
