import { isIP, isIPv4, type BlockList } from 'node:net';
import { canonicalAddress } from '@claviger/contract';

/**
 * The caller's address: that of the connection, or, while the hop is a trusted proxy, the one that hop
 * reports, from the right of `X-Forwarded-For`. What stands left of the first untrusted hop is anyone's word.
 * Null when a trusted hop reports what is no address: who called is not known then, and it was not the proxy.
 */
export function clientAddress(
  connection: string | undefined,
  forwardedFor: string | undefined,
  trusted: BlockList,
): string | null {
  let address = readAddress(connection ?? '');
  const hops = forwardedFor === undefined ? [] : forwardedFor.split(',');
  while (address !== null && isTrusted(address, trusted) && hops.length > 0) {
    address = readAddress(hops.pop() ?? '');
  }
  return address;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** `[v6]`, `[v6]:port` and `v4:port`, as some gateways write them (RFC 7239, section 6). */
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/;

/** In the form in which addresses are compared and shown; a zone, which means something on one machine only, is none. */
function readAddress(hop: string): string | null {
  const text = hop.trim();
  const parts = WITH_PORT.exec(text);
  const address = parts?.[1] ?? parts?.[2] ?? text;
  return isIP(address) === 0 || address.includes('%') ? null : canonicalAddress(address);
}
