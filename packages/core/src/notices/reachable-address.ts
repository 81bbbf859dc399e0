import ipaddr from 'ipaddr.js';
import { matchesAddress, type AddressMatcher } from '../verification/addresses.ts';

/** All of IPv6 that is given out for the public (IANA, RFC 4291 2.5.4); the rest is reserved. */
const PUBLIC_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** The addresses of NAT64 gateways, whose last four bytes are those of an IPv4 address (RFC 6052 2.2). */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Whether something may be sent to the address: it is a public one by the special-purpose registries of IANA
 * (RFC 6890), or one of the ranges that the operator opened. An IPv6 address that stands for an IPv4 one – mapped, or
 * behind NAT64 (RFC 6052) – is judged as that. Any input; never throws; what cannot be read is not reachable.
 */
export function isReachable(address: string, opened: AddressMatcher): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  if (isOpened(address, opened)) return true;
  const meant = meantBy(ipaddr.parse(address));
  if (meant.range() !== 'unicast') return false;
  return meant.kind() === 'ipv4' || (meant as ipaddr.IPv6).match(PUBLIC_V6);
}

/** Whether the operator opened it, though it may not be public. Any input; never throws. */
export function isOpened(address: string, opened: AddressMatcher): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  return matchesAddress(opened, meantBy(ipaddr.parse(address)).toString());
}

function meantBy(parsed: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (parsed.kind() === 'ipv4') return parsed;
  const v6 = parsed as ipaddr.IPv6;
  if (v6.isIPv4MappedAddress()) return v6.toIPv4Address();
  if (v6.match(NAT64)) return new ipaddr.IPv4(v6.toByteArray().slice(-4));
  return v6;
}
