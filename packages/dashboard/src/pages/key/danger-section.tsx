import type { Key } from '@claviger/contract';
import { relativeTime } from '../../lib/times.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { useKeyView } from './key-view.ts';
import { Way } from './renew-section.tsx';

const words = keyPageTexts.danger;

/** What ends the key. */
export function DangerSection({ of: key }: { of: Key }) {
  const { ask } = useKeyView();
  const { revokedAt } = key;
  return (
    <Section title={words.title} grave>
      <div className="divide-y divide-line">
        {revokedAt === null && (
          <Way body={words.revokeRow}>
            <Button look="grave" onClick={() => ask({ to: 'revoke' })}>
              {words.revoke}
            </Button>
          </Way>
        )}
        {revokedAt !== null && key.status !== 'revoked' && (
          <Way body={fill(words.restoreRow, { time: relativeTime(revokedAt) })}>
            <Button onClick={() => ask({ to: 'restore' })}>{words.restore}</Button>
          </Way>
        )}
        <Way body={words.removeRow}>
          <Button look="grave" onClick={() => ask({ to: 'remove' })}>
            {words.remove}
          </Button>
        </Way>
      </div>
    </Section>
  );
}
