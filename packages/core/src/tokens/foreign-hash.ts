import type { ImportHash } from '@claviger/contract';

/** The SHA-256 that was computed elsewhere, as `hashToken` has it, or why it cannot be used. */
export type ForeignHash = { readonly tokenHash: string } | { readonly fault: string };

/** What 32 bytes look like, written as each encoding has it. */
const SHAPES: Readonly<Record<ImportHash['encoding'], RegExp>> = {
  hex: /^[0-9A-Fa-f]{64}$/,
  base64: /^[0-9A-Za-z+/]{43}=?$/,
  base64url: /^[0-9A-Za-z_-]{43}=?$/,
};

/** What systems write before a SHA-256: `sha256:`, `{SHA256}`, `sha256_base64$`, `0x` … */
const MARK = /^(?:\{sha-?256\}|sha-?256(?:[_-](?:hex|base64|base64url))?[:$-]|0x)/i;

/** The hashes of `crypt` and their like begin with the name of what made them. */
const CRYPT = /^\$(2[abxy]?|argon2(?:id|i|d)?|scrypt|7|pbkdf2[\w-]*|[156]|y)\$/i;

const INSTEAD =
  'Issue new keys for these, or keep the old check beside Claviger for a while and import the SHA-256 of each key when it is next used';

/**
 * Reads what another system stored for a token. Only a plain SHA-256 of the whole token will do: tokens are
 * found by it. Never throws, and never repeats the value.
 */
export function readForeignHash({ algorithm, encoding, value }: ImportHash): ForeignHash {
  const refusal = refusalOf(algorithm) ?? cryptRefusal(value);
  if (refusal !== null) return { fault: refusal };
  const shape = SHAPES[encoding];
  const text = shape.test(value) ? value : value.replace(MARK, '');
  if (!shape.test(text)) return { fault: shapeFault(text, encoding) };
  const bytes = Buffer.from(text, encoding);
  const again = bytes.toString(encoding).replace(/=$/, '');
  // The last of 43 characters has two bits to spare: where they are set, it is another text than was written.
  if (encoding !== 'hex' && again !== text.replace(/=$/, '')) {
    return { fault: `is damaged: no 32 bytes are written like this in ${encoding}` };
  }
  return { tokenHash: bytes.toString('latin1') };
}

function refusalOf(algorithm: string): string | null {
  const name = algorithm.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (name === 'sha256') return null;
  if (/^(?:bcrypt|argon2|scrypt|pbkdf2|crypt|yescrypt)/.test(name)) return slow(name);
  if (/hmac|keyed|pepper/.test(name)) {
    return 'cannot be used: a keyed hash depends on a key that is not here. Compute the plain SHA-256 of the tokens where they are known, or issue new keys';
  }
  if (/^(?:md[245]|sha1|sha0)/.test(name)) {
    return `cannot be used: ${name} is broken, and tokens are found by their SHA-256. ${INSTEAD}`;
  }
  return `cannot be used: tokens are found by their SHA-256, so "algorithm" must be "sha256". ${INSTEAD}`;
}

function cryptRefusal(value: string): string | null {
  const name = CRYPT.exec(value)?.[1]?.toLowerCase();
  if (name === undefined) return null;
  const families: Readonly<Record<string, string>> = { '7': 'scrypt', y: 'yescrypt' };
  if (name.startsWith('2')) return slow('bcrypt');
  return slow(families[name] ?? (/^[156]$/.test(name) ? 'crypt' : name));
}

const slow = (name: string): string =>
  `cannot be used: ${name} hashes are salted, so no presented key can be looked up by one, and slow on purpose, which random keys do not need. ${INSTEAD}`;

/** How many characters other hashes have. */
const LENGTHS: Readonly<Record<number, string>> = {
  32: 'an MD5 in hex',
  40: 'a SHA-1 in hex',
  64: 'a SHA-256 in hex',
  128: 'a SHA-512 in hex',
};

function shapeFault(text: string, encoding: ImportHash['encoding']): string {
  const looksLike = /^[0-9A-Fa-f]+$/.test(text) ? LENGTHS[text.length] : undefined;
  const expected =
    encoding === 'hex' ? '64 characters of 0-9 and a-f' : '43 characters, or 44 with "="';
  const guess = looksLike === undefined ? '' : `; it looks like ${looksLike}`;
  return `must be a SHA-256 in ${encoding}: ${expected}${guess}`;
}
