import { isIP } from 'node:net';
import { isOpened, isReachable, type AddressMatcher } from '@claviger/core';

const NOT_PUBLIC =
  'is at an address that is not public. Whoever runs the server can open it with CLAVIGER_WEBHOOK_ALLOW_PRIVATE';

/** Why nothing may be sent there, as far as the address itself tells; null: its name has to be resolved. */
export function urlObjection(text: string, opened: AddressMatcher): string | null {
  const url = /[\s\p{C}]/u.test(text) ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return 'must be an https address, such as https://hooks.example.com/claviger, or mailto:ops@example.com';
  }
  if (url.protocol === 'http:' && isNothingOpened(opened)) {
    return 'must begin with https: notices are not sent over plain http, except to addresses that CLAVIGER_WEBHOOK_ALLOW_PRIVATE opens';
  }
  if (url.username !== '' || url.password !== '') {
    return 'must not hold a user name or a password: receivers check the signature instead';
  }
  if (url.hash !== '') return 'must not have a fragment (#…): it would not be sent';
  const addresses = knownAddresses(hostOf(url));
  const mayBeSent = addresses === null || addresses.some((each) => maySendTo(url, each, opened));
  return mayBeSent ? null : NOT_PUBLIC;
}

/** This machine (RFC 6761 6.3). */
const LOCALHOST = /^(?:.+\.)?localhost\.?$/;

/** Those the host can stand for, without asking anybody; null: it has to be resolved. */
function knownAddresses(host: string): readonly string[] | null {
  if (isIP(host) !== 0) return [host];
  return LOCALHOST.test(host) ? ['127.0.0.1', '::1'] : null;
}

/** Without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** Plain http stays within what the operator opened: nobody reads along there. */
export function maySendTo({ protocol }: URL, address: string, opened: AddressMatcher): boolean {
  return protocol === 'https:' ? isReachable(address, opened) : isOpened(address, opened);
}

const isNothingOpened = ({ addresses, blocks }: AddressMatcher): boolean =>
  addresses.length === 0 && blocks.length === 0;
