import type { Insight, Key } from '@claviger/contract';
import { useQuery, queryOptions } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { clientFor } from '../../lib/api.ts';
import { exactTime, relativeTime } from '../../lib/times.ts';
import { fill, texts } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Button, buttonLook } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { useFindingAction } from './finding-action.ts';
import { linkToReplacement } from './link-to-replacement.ts';
import { useKeyView } from './key-view.ts';

const words = keyPageTexts.findings;

const ANCHOR = 'findings';

export const keyFindingsQuery = (organizationId: string, keyId: string) =>
  queryOptions({
    queryKey: ['key', keyId, 'findings'],
    queryFn: async () => (await clientFor(organizationId).insights.list({ keyId })).data,
  });

/** How much there is to look at, and the way there. */
export function Findings({ of: key }: { of: Key }) {
  const { data, isError, refetch } = useQuery(keyFindingsQuery(key.organizationId, key.id));
  if (isError) {
    return (
      <span role="alert">
        {words.failed}{' '}
        <button
          type="button"
          onClick={() => void refetch()}
          className="text-accent underline underline-offset-4"
        >
          {texts.tryAgain}
        </button>
      </span>
    );
  }
  if (data === undefined) return null;
  if (data.length === 0) return <span>{words.none}</span>;
  return (
    <a href={`#${ANCHOR}`} className="font-medium text-warn underline underline-offset-4">
      {fill(words.some, { count: String(data.length) })}
    </a>
  );
}

/** What should be looked at: its evidence, and the one thing that ends it. Nothing, where there is nothing. */
export function FindingsSection({ of: key }: { of: Key }) {
  const { data = [] } = useQuery(keyFindingsQuery(key.organizationId, key.id));
  if (data.length === 0) return null;
  return (
    <div id={ANCHOR} className="scroll-mt-4">
      <Section title={words.title}>
        <ul className="divide-y divide-line">
          {data.map((finding) => (
            <Finding key={finding.id} of={finding} />
          ))}
        </ul>
      </Section>
    </div>
  );
}

const LOOKS = {
  high: 'bg-bad-soft text-bad',
  medium: 'bg-warn-soft text-warn',
  low: 'bg-sunken text-muted',
} as const;

function Finding({ of: finding }: { of: Insight }) {
  const { held } = useKeyView();
  const evidence = evidenceOf(finding);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] justify-items-start gap-2 px-5 py-4 text-sm">
      <span className={`rounded-full px-2.5 py-0.5 text-xs font-medium ${LOOKS[finding.severity]}`}>
        {words.severities[finding.severity]}
      </span>
      <p className="break-words font-medium">{finding.title}</p>
      {evidence.length > 0 && (
        <ul className="grid gap-0.5 break-words text-muted">
          {evidence.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p className="break-words">{finding.action.summary}</p>
      {held.includes('keys:write') && <Remedy of={finding} />}
    </li>
  );
}

function Remedy({ of: finding }: { of: Insight }) {
  const { key } = useKeyView();
  const action = useFindingAction(finding);
  if (action === null) return null;
  if (action.perform === 'replace') {
    return (
      <Link {...linkToReplacement(key)} className={buttonLook('plain')}>
        {action.name}
      </Link>
    );
  }
  return <Button onClick={action.perform}>{action.name}</Button>;
}

interface Seen {
  readonly count: number;
  readonly lastSeenAt: string;
}

const seen = (what: string, { count, lastSeenAt }: Seen): string =>
  `${what}: ${fill(words.seen, { count: count.toLocaleString('en'), time: relativeTime(lastSeenAt) })}`;

/** What speaks for it, a line each. */
function evidenceOf(finding: Insight): string[] {
  const calls = ({
    network,
    userAgent,
    ...rest
  }: Seen & { network: string; userAgent: string | null }) =>
    seen([network, userAgent].filter((part) => part !== null).join(', '), rest);
  switch (finding.kind) {
    case 'SECRET_IN_BROWSER':
      return finding.evidence.origins.map(({ origin, ...rest }) => seen(origin, rest));
    case 'NEW_NETWORK': {
      const { networks, knownNetworks } = finding.evidence;
      return [
        ...networks.map(calls),
        fill(words.knownNetworks, { networks: knownNetworks.join(', ') }),
      ];
    }
    case 'OLD_SECRET_IN_USE':
      return finding.evidence.callers.map(calls);
    case 'EXPIRING_KEY':
      return [exactTime(finding.evidence.expiresAt)];
    case 'UNUSED_PERMISSION': {
      const used = finding.evidence.used.map(({ permission }) => permission).join(', ');
      return used === '' ? [] : [fill(words.usedPermissions, { permissions: used })];
    }
    default:
      return [];
  }
}
