import type { Insight, InsightKind } from '@claviger/sdk';
import { paintFor, type Color } from './colors.ts';
import { plainLine } from './plain-text.ts';
import { exactTime, fullTime, relativeTime } from './times.ts';

export const INSIGHT_KINDS = [
  'PROBING',
  'SECRET_IN_BROWSER',
  'NEW_NETWORK',
  'OLD_SECRET_IN_USE',
  'EXPIRING_KEY',
  'UNUSED_KEY',
  'UNUSED_PERMISSION',
  'VAGUE_NAME',
] as const satisfies InsightKind[];

const HEADINGS: Readonly<Record<InsightKind, string>> = {
  PROBING: 'Addresses that try tokens nobody issued',
  SECRET_IN_BROWSER: 'Secrets in web pages',
  NEW_NETWORK: 'Keys used from somewhere new',
  OLD_SECRET_IN_USE: 'Replaced secrets that are still used',
  EXPIRING_KEY: 'Keys that expire soon',
  UNUSED_KEY: 'Keys nobody uses',
  UNUSED_PERMISSION: 'Permissions nobody uses',
  VAGUE_NAME: 'Names that say nothing',
};

const COLORS: Readonly<Record<Insight['severity'], Color>> = {
  high: 'red',
  medium: 'yellow',
  low: 'dim',
};

/** Grouped by kind, the gravest first, each with its evidence, what to do, and the command that does it. */
export function insightsText(findings: readonly Insight[]): string {
  const paint = paintFor(process.stdout);
  const byKind = Map.groupBy(findings, ({ kind }) => kind);
  return INSIGHT_KINDS.flatMap((kind) => {
    const group = byKind.get(kind);
    if (group === undefined) return [];
    const heading = paint('bold', `${HEADINGS[kind]} (${group.length})`);
    return [[heading, ...group.map((finding) => findingText(finding))].join('\n')];
  }).join('\n\n');
}

function findingText(finding: Insight): string {
  const paint = paintFor(process.stdout);
  const { severity, title, action } = finding;
  const lines = [
    `${paint(COLORS[severity], severity.padEnd(6))} ${plainLine(title)}`,
    ...[placeOf(finding), ...evidenceLines(finding)].map((line) => `       ${plainLine(line)}`),
    `       ${plainLine(action.summary)}`,
    ...(action.command === null ? [] : [`         ${plainLine(action.command)}`]),
  ];
  return lines.join('\n');
}

const placeOf = ({ keyId, organizationId, apiId, environment }: Insight): string =>
  [keyId, organizationId, apiId, environment].filter((part) => part !== null).join(', ');

/** What the title does not say already. */
function evidenceLines(finding: Insight): string[] {
  switch (finding.kind) {
    case 'PROBING': {
      const { lastSeenAt, lastHint } = finding.evidence;
      const tried = lastHint === null ? '' : `, with ${lastHint}`;
      return [`last ${relativeTime(lastSeenAt)}${tried}`];
    }
    case 'SECRET_IN_BROWSER':
      return finding.evidence.origins.map(
        ({ origin, count, lastSeenAt }) =>
          `${origin}: ${timesText(count)}, last ${relativeTime(lastSeenAt)}`,
      );
    case 'NEW_NETWORK':
      return [
        ...finding.evidence.networks.map((caller) => callerText(caller)),
        `before: ${finding.evidence.knownNetworks.join(', ')}`,
      ];
    case 'OLD_SECRET_IN_USE':
      return [
        `last used ${fullTime(finding.evidence.lastUsedAt)}`,
        ...finding.evidence.callers.map((caller) => callerText(caller)),
      ];
    case 'EXPIRING_KEY':
      // How far away that is, the title says, in whole days.
      return [`expires ${exactTime(finding.evidence.expiresAt)}`];
    case 'UNUSED_KEY': {
      const { lastUsedAt, createdAt } = finding.evidence;
      return [
        lastUsedAt === null
          ? `created ${fullTime(createdAt)}`
          : `last used ${fullTime(lastUsedAt)}`,
      ];
    }
    case 'UNUSED_PERMISSION':
      return finding.evidence.used.map(
        ({ permission, lastUsedAt }) => `used: ${permission}, last ${relativeTime(lastUsedAt)}`,
      );
    case 'VAGUE_NAME':
      return [];
  }
}

interface Caller {
  readonly network: string;
  readonly userAgent: string | null;
  readonly lastSeenAt: string;
  readonly count: number;
}

const callerText = ({ network, userAgent, lastSeenAt, count }: Caller): string =>
  `${network} (${userAgent ?? 'unknown program'}): ${timesText(count)}, last ${relativeTime(lastSeenAt)}`;

const timesText = (count: number): string => (count === 1 ? 'once' : `${count} times`);
