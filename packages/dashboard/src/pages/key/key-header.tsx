import type { Key } from '@claviger/contract';
import { Link } from '@tanstack/react-router';
import { linkToKeys } from '../../lib/links.ts';
import { keyPageTexts, lastDayText } from '../../texts/key-page.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { Findings } from './findings-section.tsx';
import { KeySwitch } from './key-switch.tsx';
import { useKeyView } from './key-view.ts';
import { useRequestsLately } from './traffic.tsx';

/** Which key it is, and whether it works. */
export function KeyHeader() {
  const { key, api, held } = useKeyView();
  const requests = useRequestsLately();
  return (
    <header className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <Link
        {...linkToKeys(key.organizationId)}
        className="justify-self-start text-sm text-accent hover:underline"
      >
        ← {keyPageTexts.back}
      </Link>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 break-words text-2xl font-semibold tracking-tight">{key.name}</h1>
        <Status of={key.status} />
        <span className="ml-auto">{held.includes('keys:write') && <KeySwitch of={key} />}</span>
      </div>
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
        {[keyPageTexts.kinds[key.kind], api?.name ?? key.apiId, key.environment].map(
          (part, index) => (
            <span key={part}>
              {index > 0 && <span aria-hidden>· </span>}
              {part}
            </span>
          ),
        )}
      </p>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1">
        <KeyText of={key} />
        <Copyable label={keyPageTexts.id} text={key.id} />
      </div>
      {/* As high as a line before it is there: nothing below moves. */}
      <div className="flex min-h-6 flex-wrap items-center gap-x-6 gap-y-1 text-sm text-muted">
        {key.revokedAt !== null && <RevokedNote of={key} />}
        {requests !== null && <span>{lastDayText(requests)}</span>}
        {held.includes('logs:read') && <Findings of={key} />}
      </div>
    </header>
  );
}

const RevokedNote = ({ of: { revokedAt, revokedReason } }: { of: Key }) => (
  <span className="wrap-anywhere text-text">
    {keyPageTexts.revoked} <Time value={revokedAt} none="" />
    {revokedReason === null ? '.' : `: ${revokedReason}`}
  </span>
);

/** What may be public of it can be taken along; of a secret there is no more than a hint. */
function KeyText({ of: { publicKey, hint } }: { of: Key }) {
  return publicKey === null ? (
    <code className="break-all font-mono text-sm text-muted">{hint}</code>
  ) : (
    <Copyable label={keyPageTexts.publicKey} text={publicKey} />
  );
}
