import { isIPv4 } from 'node:net';
import { canonicalAddress } from '@claviger/contract';
import ipaddr from 'ipaddr.js';
import { withoutTokens } from '../tokens/without-tokens.ts';

/** How much of what says something about people is kept. */
export type Detail = 'full' | 'truncated' | 'off';

/** What is on record, and for how long. */
export interface LogPolicy {
  readonly enabled: boolean;
  /** Whole days, UTC: an entry is kept at least so many and less than one more. */
  readonly keepDays: number;
  /** Truncated: the network, /24 of IPv4 and /48 of IPv6. */
  readonly ips: Detail;
  /** Truncated: the name of the program, without its version. */
  readonly userAgents: Detail;
}

export const DEFAULT_LOG_POLICY: LogPolicy = {
  enabled: true,
  keepDays: 30,
  ips: 'full',
  userAgents: 'full',
};

/** As long as the contract lets them be; what reached this program in a header may be longer. */
const MAX_LENGTHS = { origin: 2_048, ip: 64, userAgent: 1_000, method: 20, path: 2_048 };

export type TextKind = keyof typeof MAX_LENGTHS;

/** As the text is kept: no secrets, no query, no more than the policy lets be known, and not endless. */
export function loggedText(kind: TextKind, text: string, policy: LogPolicy): string {
  return cleaned(kind, text, policy).slice(0, MAX_LENGTHS[kind]);
}

function cleaned(kind: TextKind, text: string, policy: LogPolicy): string {
  switch (kind) {
    case 'ip':
      return loggedAddress(text, policy);
    case 'path':
      return loggedFreeText(pathOf(text));
    case 'userAgent':
      return loggedFreeText(policy.userAgents === 'truncated' ? productOf(text) : text);
    default:
      return loggedFreeText(text);
  }
}

/** Of one character that a token may be made of. */
const ENCODED = /%([3-7][0-9A-Fa-f])/g;

/** Percent-encoded, a token is one still. */
export function loggedFreeText(text: string): string {
  const masked = withoutTokens(text);
  if (!masked.includes('%')) return masked;
  const decoded = masked.replaceAll(ENCODED, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const clean = withoutTokens(decoded);
  return clean === decoded ? masked : clean;
}

/** Under the policy, in the one form that every address is compared in; empty when it is none. */
export function loggedAddress(ip: string, { ips }: Pick<LogPolicy, 'ips'>): string {
  const address = readable(ip);
  if (address === null) return '';
  if (ips !== 'truncated') return address;
  const bits = isIPv4(address) ? 24 : 48;
  const cidr = `${address}/${bits}`;
  const network = isIPv4(address)
    ? ipaddr.IPv4.networkAddressFromCIDR(cidr)
    : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return canonicalAddress(network.toString());
}

/** Null: what stands there is none, and so says nothing. */
function readable(ip: string): string | null {
  try {
    return canonicalAddress(ip);
  } catch {
    return null;
  }
}

/** Without query and fragment, and without the host where somebody sent a whole address. */
function pathOf(text: string): string {
  const end = text.search(/[?#]/);
  const path = end === -1 ? text : text.slice(0, end);
  return path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
}

const productOf = (userAgent: string): string => /^[^\s/;()]*/.exec(userAgent)?.[0] ?? '';
