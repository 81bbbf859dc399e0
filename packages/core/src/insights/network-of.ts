import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What one caller usually keeps: /24 of IPv4, /48 of IPv6. Null for what is no address in canonical form. */
export const networkOf = (ip: string): string | null =>
  isIPv4(ip) ? `${ip.slice(0, ip.lastIndexOf('.'))}.0/24` : blockOf(ip, 48);

/** Whom to block: one IPv4 address; the /64 of IPv6, all of which is one machine's to choose from. */
export const proberOf = (ip: string): string | null => (isIPv4(ip) ? ip : blockOf(ip, 64));

function blockOf(ip: string, bits: number): string | null {
  if (!isIPv6(ip) || ip.includes('%')) return null;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${ip}/${bits}`)}/${bits}`;
}
