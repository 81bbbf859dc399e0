import { isIP, isIPv4, type BlockList } from 'node:net';

/**
 * The caller's address: that of the connection, or, while the hop is a trusted proxy, the one that hop
 * reports, from the right of `X-Forwarded-For`. What stands left of the first untrusted hop is anyone's word.
 */
export function clientAddress(
  connection: string | undefined,
  forwardedFor: string | undefined,
  trusted: BlockList,
): string | null {
  let address = normalize(connection ?? '');
  if (address === null) return null;
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  while (isTrusted(address, trusted) && hops.length > 0) {
    const next = normalize(hops.pop() ?? '');
    if (next === null) break;
    address = next;
  }
  return address;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** An IPv4 address mapped into IPv6 is the IPv4 address. */
function normalize(text: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text);
  const address = mapped?.[1] ?? text;
  return isIP(address) === 0 ? null : address;
}
