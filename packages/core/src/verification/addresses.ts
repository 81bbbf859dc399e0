import {
  type AddressBlock,
  isSingleAddress,
  maskOf,
  readAddress,
  readAddressBlock,
  textOf,
} from '@claviger/contract';
import { holds } from './holds.ts';

/** A key's list of addresses, made ready. Made by `compileAddresses`, asked by `matchesAddress`. */
export interface AddressMatcher {
  readonly addresses: readonly string[];
  readonly blocks: readonly AddressBlock[];
}

/** Takes entries in any form; one that cannot be read allows nothing. */
export function compileAddresses(entries: readonly string[]): AddressMatcher {
  const read = entries.map(readAddressBlock).filter((block) => block !== null);
  return {
    addresses: read.filter(isSingleAddress).map(({ bytes }) => textOf(bytes)),
    // Copied, because `filter` leaves room behind what it found, and many keys hold such a list.
    blocks: read.filter((block) => !isSingleAddress(block)).slice(),
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
  const bytes = readAddress(ip);
  if (bytes === null) return false;
  return addresses.includes(textOf(bytes)) || blocks.some((block) => contains(block, bytes));
}

/** A block begins with its own first address: what is not of its prefix is zero there. */
const contains = ({ bytes: first, bits }: AddressBlock, bytes: readonly number[]): boolean =>
  first.length === bytes.length &&
  bytes.every((byte, index) => (byte & maskOf(bits, index)) === first[index]);
