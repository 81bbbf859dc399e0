import type { LogEntry } from '@claviger/contract';
import { exactTime } from '../../lib/times.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Button } from '../../ui/button.tsx';
import { useKeyView, type EditedField } from './key-view.ts';

const words = keyPageTexts.requests;

/** Where what refused the request is changed. */
const EDITORS: Partial<Record<LogEntry['code'], EditedField>> = {
  NOT_YET_VALID: 'notBefore',
  EXPIRED: 'expiresAt',
  ORIGIN_NOT_ALLOWED: 'allowedOrigins',
  IP_NOT_ALLOWED: 'allowedIps',
  RESOURCE_NOT_ALLOWED: 'resources',
  INSUFFICIENT_PERMISSIONS: 'permissions',
  RATE_LIMITED: 'rateLimits',
  QUOTA_EXCEEDED: 'credits',
};

/** All that is known of a request, and what to do about a refusal. */
export function RequestDetails({ of: entry }: { of: LogEntry }) {
  const { held, edit } = useKeyView();
  const [, remedy] = keyPageTexts.outcomes[entry.code];
  const editor = held.includes('keys:write') ? EDITORS[entry.code] : undefined;
  const { method, path, responseStatus, responseDurationMs } = entry;
  const lines: readonly (readonly [string, string | null])[] = [
    [words.time, exactTime(entry.at)],
    [words.request, [method, path].filter((part) => part !== null).join(' ') || null],
    [words.origin, entry.origin],
    [words.address, entry.ip],
    [words.userAgent, entry.userAgent],
    [words.environment, entry.environment],
    [words.asked, entry.permissions.join(', ') || null],
    [words.secret, entry.hint],
    [words.answered, answered(responseStatus, responseDurationMs)],
    [words.requestId, entry.requestId],
  ];
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 text-sm">
      {remedy !== '' && (
        <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <span>
            <span className="font-medium">{words.remedy}:</span> {remedy}
          </span>
          {editor !== undefined && (
            <Button onClick={() => edit(editor)}>
              {keyPageTexts.facts.edit}: {keyPageTexts.facts[editor]}
            </Button>
          )}
        </p>
      )}
      <dl className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-1.5 sm:grid-cols-[10rem_minmax(0,1fr)]">
        {lines
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <div key={name} className="sm:contents">
              <dt className="text-muted">{name}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}

const answered = (status: number | null, durationMs: number | null): string | null =>
  status === null
    ? null
    : [String(status), durationMs === null ? '' : `${Math.round(durationMs)} ms`].join(' ').trim();
