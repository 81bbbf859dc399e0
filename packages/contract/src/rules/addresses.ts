/** An address, or with fewer `bits` than it is wide the block that begins with it. */
export interface AddressBlock {
  /** 4 of them, or 16. */
  readonly bytes: readonly number[];
  readonly bits: number;
}

const FORM =
  'must be an IPv4 or IPv6 address or a CIDR block, such as 203.0.113.7, 2001:db8::1 or 10.0.0.0/8; IPv4 has four decimal parts without leading zeros';

/** The longest IPv6 text (RFC 4291 2.2 with an IPv4 tail) has 45 characters, `/128` follows; the rest is room for a clear message. */
const MAX_LENGTH = 100;

/** `::ffff:0:0/96` (RFC 4291 2.5.5.2) holds the IPv4 addresses. */
const MAPPED_BITS = 96;

const PART = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${PART}(?:\\.${PART}){3}$`);

/** Why a text cannot be stored in `allowedIps`, worded to follow the field's name; null when it can. */
export function addressFault(entry: string): string | null {
  const read = readEntry(entry);
  return typeof read === 'string' ? read : null;
}

/**
 * The form an entry is stored and shown in: IPv6 after RFC 5952, IPv4-mapped as IPv4, a block of one
 * address as that address. Entries with the same form are the same. Throws when `addressFault` finds a fault.
 */
export function canonicalAddress(entry: string): string {
  const read = readEntry(entry);
  if (typeof read === 'string') throw new Error(`"${entry}" ${read}`);
  return isSingleAddress(read) ? textOf(read.bytes) : `${textOf(read.bytes)}/${read.bits}`;
}

/** Null when it has a fault. */
export function readAddressBlock(entry: string): AddressBlock | null {
  const read = readEntry(entry);
  return typeof read === 'string' ? null : read;
}

export const isSingleAddress = ({ bytes, bits }: AddressBlock): boolean =>
  bits === bytes.length * 8;

/** As strictly as inet_pton reads it; IPv4-mapped as IPv4. Null when it is no address, or has a zone id. */
export function readAddress(text: string): readonly number[] | null {
  if (IPV4.test(text)) return text.split('.').map(Number);
  const bytes = readIpv6(text);
  return bytes !== null && isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** The one spelling of an address. */
export const textOf = (bytes: readonly number[]): string =>
  bytes.length === 4 ? bytes.join('.') : serialized(bytes.map(hexOf).join('').match(/.{4}/g) ?? []);

const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

/** The URL standard writes IPv6 as RFC 5952 does, but for mapped addresses, which are IPv4 here. */
function serialized(pieces: readonly string[]): string {
  return URL.parse(`http://[${pieces.join(':')}]/`)?.hostname.slice(1, -1) ?? '';
}

function readIpv6(text: string): number[] | null {
  if (!/^[0-9a-f:.]{2,45}$/i.test(text)) return null;
  const written = URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
  if (written === undefined) return null;
  const [head = '', tail] = written.split('::');
  const [before, after] = [piecesOf(head), piecesOf(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((piece) => [piece >> 8, piece & 0xff]);
}

const piecesOf = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((piece) => Number.parseInt(piece, 16));

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;

/** The entry, or what is wrong with it. */
function readEntry(entry: string): AddressBlock | string {
  if (entry.length > MAX_LENGTH) return FORM;
  const slash = entry.indexOf('/');
  const text = slash === -1 ? entry : entry.slice(0, slash);
  const zone = text.indexOf('%');
  if (zone !== -1 && readIpv6(text.slice(0, zone)) !== null) {
    return 'must have no zone id: write the address up to the %';
  }
  const bytes = readAddress(text);
  if (bytes === null) return FORM;
  if (slash === -1) return { bytes, bits: bytes.length * 8 };
  const skipped = bytes.length === 4 && text.includes(':') ? MAPPED_BITS : 0;
  return readBlock(bytes, skipped, entry.slice(slash + 1));
}

function readBlock(
  bytes: readonly number[],
  skipped: number,
  prefix: string,
): AddressBlock | string {
  const longest = bytes.length * 8 + skipped;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > longest) {
    return `must have a prefix length between 1 and ${longest} after the slash, without leading zeros`;
  }
  const bits = Number(prefix) - skipped;
  if (bits === 0 || prefix === '0') {
    return 'must not be a block of every address; leave the list empty to allow all of them';
  }
  if (bits < 0) return 'must be an IPv4 block, such as 10.0.0.0/8, rather than an IPv4-mapped one';
  const network = networkOf(bytes, bits);
  const address = textOf(bytes);
  if (network === address) return { bytes, bits };
  // Whether the one address or the block was meant cannot be told.
  return `must begin with the first address of the block: write ${network}/${bits}, or ${address} for that address alone`;
}

const networkOf = (bytes: readonly number[], bits: number): string =>
  textOf(bytes.map((byte, index) => byte & maskOf(bits, index)));

/** The block that an address with a prefix length lies in, which is probably what was meant; null: none that is allowed. */
export function blockAround(entry: string): string | null {
  const [text = '', prefix = ''] = entry.split('/');
  const bytes = readAddress(text);
  if (bytes === null) return null;
  const block = `${networkOf(bytes, Number(prefix))}/${prefix}`;
  return addressFault(block) === null ? block : null;
}

/** Of the byte at the index, the bits that belong to a prefix of so many. */
export const maskOf = (bits: number, index: number): number =>
  (0xff << (8 - Math.min(8, Math.max(0, bits - index * 8)))) & 0xff;
