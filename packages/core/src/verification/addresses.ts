import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { holds } from './holds.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address, or with fewer `bits` than it is wide the block that begins with it. */
interface Block {
  readonly address: Address;
  readonly bits: number;
}

/** A key's list of addresses, made ready. Made by `compileAddresses`, asked by `matchesAddress`. */
export interface AddressMatcher {
  readonly addresses: readonly string[];
  readonly blocks: readonly Block[];
}

const FORM =
  'must be an IPv4 or IPv6 address or a CIDR block, such as 203.0.113.7, 2001:db8::1 or 10.0.0.0/8; IPv4 has four decimal parts without leading zeros';

/** The longest IPv6 text (RFC 4291 2.2 with an IPv4 tail) has 45 characters, `/128` follows; the rest is room for a clear message. */
const MAX_LENGTH = 100;

/** `::ffff:0:0/96` (RFC 4291 2.5.5.2) holds the IPv4 addresses. */
const MAPPED_BITS = 96;

/** Why a text cannot be stored in `allowedIps`, worded to follow the field's name; null when it can. */
export function addressFault(entry: string): string | null {
  const parsed = parseEntry(entry);
  return typeof parsed === 'string' ? parsed : null;
}

/**
 * The form an entry is stored and shown in: IPv6 after RFC 5952, IPv4-mapped as IPv4, a block of one
 * address as that address. Entries with the same form are the same. Throws when `addressFault` finds a fault.
 */
export function canonicalAddress(entry: string): string {
  const parsed = parseEntry(entry);
  if (typeof parsed === 'string') throw new Error(`"${entry}" ${parsed}`);
  return isSingle(parsed) ? parsed.address.toString() : `${parsed.address}/${parsed.bits}`;
}

/** Takes entries in any form; one that cannot be read allows nothing. */
export function compileAddresses(entries: readonly string[]): AddressMatcher {
  const read = entries.map(parseEntry).filter((entry) => typeof entry !== 'string');
  return {
    addresses: read.filter(isSingle).map(({ address }) => address.toString()),
    // Copied, because `filter` leaves room behind what it found, and many keys hold such a list.
    blocks: read.filter((block) => !isSingle(block)).slice(),
  };
}

/**
 * Whether the address is on the list. An IPv4-mapped address is its IPv4 form; an IPv6 block holds no
 * IPv4 address. Missing, malformed and with a zone id: not on it. Any input; never throws.
 */
export function matchesAddress(
  { addresses, blocks }: AddressMatcher,
  ip: string | null | undefined,
): boolean {
  if (typeof ip !== 'string') return false;
  // As connections report it, it is in canonical form already.
  if (holds(addresses, ip)) return true;
  const address = parseAddress(ip);
  if (address === null) return false;
  return addresses.includes(address.toString()) || blocks.some((block) => contains(block, address));
}

function contains(block: Block, address: Address): boolean {
  return block.address.kind() === address.kind() && address.match(block.address, block.bits);
}

function isSingle({ address, bits }: Block): boolean {
  return bits === widthOf(address);
}

function widthOf(address: Address): number {
  return address.kind() === 'ipv4' ? 32 : 128;
}

/**
 * `node:net` decides what an address is, as strictly as inet_pton: ipaddr.js alone would take 010.1 and
 * 0x7f.1. Its `BlockList` is not used for the list itself: there `::/1` holds all of IPv4, and each list
 * is a native object, of which there would be one for each key.
 */
function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return ipaddr.IPv4.parse(text);
  if (!isIPv6(text)) return null;
  // In hexadecimal: ipaddr.js reads the old ::10.0.0.1 as ::ffff:10.0.0.1, which is another address.
  // The URL parser takes no zone id (RFC 4007), which means something on its own machine only.
  const hexadecimal = URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
  if (hexadecimal === undefined) return null;
  const address = ipaddr.IPv6.parse(hexadecimal);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** The entry, or what is wrong with it. */
function parseEntry(entry: string): Block | string {
  if (entry.length > MAX_LENGTH) return FORM;
  const slash = entry.indexOf('/');
  const text = slash === -1 ? entry : entry.slice(0, slash);
  if (isIPv6(text) && text.includes('%')) {
    return 'must have no zone id: write the address up to the %';
  }
  const address = parseAddress(text);
  if (address === null) return FORM;
  if (slash === -1) return { address, bits: widthOf(address) };
  const mapped = address.kind() === 'ipv4' && text.includes(':');
  return parseBlock(address, mapped ? MAPPED_BITS : 0, entry.slice(slash + 1));
}

function parseBlock(address: Address, skipped: number, prefix: string): Block | string {
  const longest = widthOf(address) + skipped;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > longest) {
    return `must have a prefix length between 1 and ${longest} after the slash, without leading zeros`;
  }
  const bits = Number(prefix) - skipped;
  if (bits === 0 || prefix === '0') {
    return 'must not be a block of every address; leave the list empty to allow all of them';
  }
  if (bits < 0) return 'must be an IPv4 block, such as 10.0.0.0/8, rather than an IPv4-mapped one';
  const network = networkOf(address, bits);
  if (network === address.toString()) return { address, bits };
  // Whether the one address or the block was meant cannot be told.
  return `must begin with the first address of the block: write ${network}/${bits}, or ${address} for that address alone`;
}

function networkOf(address: Address, bits: number): string {
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return family.networkAddressFromCIDR(`${address}/${bits}`).toString();
}
