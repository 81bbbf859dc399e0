import {
  canonicalOrigin,
  DEFAULT_PORTS,
  originFormFault,
  readOrigin,
  readOriginEntry,
  serializeOrigin,
} from '@claviger/contract';
import { getDomain } from 'tldts';
import { holds } from './holds.ts';

/** A key's list of origins, made ready. Made by `compileOrigins`, asked by `matchesOrigin`. */
export interface OriginMatcher {
  /** Names and addresses that match on http and https, default port only. */
  readonly hosts: readonly string[];
  /** Serialized origins that match as they are. */
  readonly origins: readonly string[];
  /** Of `*.example.com`: `.example.com`. */
  readonly suffixes: readonly string[];
}

/** Public Suffix List, private section included: whoever rents `me.github.io` must not pass as `*.github.io`. */
const SUFFIX_RULES = {
  allowPrivateDomains: true,
  // A host is all it is ever asked about.
  detectIp: false,
  extractHostname: false,
  validateHostname: false,
};

/**
 * Why a text cannot be stored in `allowedOrigins`, worded to follow the field's name; null when it can.
 */
export function originFault(entry: string): string | null {
  const fault = originFormFault(entry);
  if (fault !== null) return fault;
  const canonical = canonicalOrigin(entry);
  if (!canonical.startsWith('*.')) return null;
  const base = canonical.slice(2);
  if (getDomain(base, SUFFIX_RULES) !== null) return null;
  return `must not be a wildcard on ${base}, a public suffix: its subdomains belong to others; write *. and a domain of your own, such as *.example.com`;
}

/** Takes entries in any form; one that cannot be read allows nothing. */
export function compileOrigins(entries: readonly string[]): OriginMatcher {
  const read = entries.map(readOriginEntry).filter((entry) => entry !== null);
  const named = read.filter((entry) => !entry.startsWith('*.'));
  return {
    hosts: compact(named.filter((entry) => !entry.includes('://'))),
    origins: compact(named.filter((entry) => entry.includes('://'))),
    suffixes: compact(
      read.filter((entry) => entry.startsWith('*.')).map((entry) => entry.slice(1)),
    ),
  };
}

const NONE: readonly string[] = [];

/** Many keys hold such a list: most of the lists are empty, and `filter` leaves room behind the rest. */
function compact(list: readonly string[]): readonly string[] {
  return list.length === 0 ? NONE : list.slice();
}

/**
 * Whether a request with this `Origin` header (RFC 6454 section 7) comes from one of the origins. No
 * header, `null` and anything that is not one serialized origin match nothing. Any input; never throws.
 */
export function matchesOrigin(matcher: OriginMatcher, origin: string | null | undefined): boolean {
  if (typeof origin !== 'string') return false;
  const { hosts, origins, suffixes } = matcher;
  // Browsers send the canonical form, so this answers nearly every request that is let through.
  if (holds(origins, origin) || holds(hosts, plainHost(origin))) return true;
  const parsed = readOrigin(origin);
  if (parsed === null) return false;
  const { scheme, host, port } = parsed;
  if (origins.includes(serializeOrigin(parsed))) return true;
  if (!DEFAULT_PORTS.has(scheme) || port !== '') return false;
  return hosts.includes(host) || suffixes.some((suffix) => isUnder(host, suffix));
}

/** What follows `http://` or `https://`: the host, if the port is the default one. */
function plainHost(origin: string): string {
  if (origin.startsWith('https://')) return origin.slice('https://'.length);
  return origin.startsWith('http://') ? origin.slice('http://'.length) : '';
}

/**
 * A wildcard reaches no further than the domain it is in: `*.amazonaws.com` is no public suffix, but
 * `anyone.s3.amazonaws.com` is someone else's. Asked here because the list of suffixes grows.
 */
function isUnder(host: string, suffix: string): boolean {
  if (!host.endsWith(suffix)) return false;
  const domain = getDomain(host, SUFFIX_RULES);
  return domain !== null && suffix.endsWith(`.${domain}`);
}
