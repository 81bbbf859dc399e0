import type { Key } from '@claviger/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Button, buttonLook } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { useKeyView } from './key-view.ts';
import { linkToReplacement } from './link-to-replacement.ts';

const words = keyPageTexts.renew;

/** The ways to another secret, from the gentlest to the hardest. */
export function RenewSection({ of: key }: { of: Key }) {
  const { ask } = useKeyView();
  // One that expired can be let live longer first, and one that was revoked no more.
  const issues = key.status === 'active' || key.status === 'inactive';
  return (
    <Section title={words.title}>
      <div className="divide-y divide-line">
        {issues && (
          <Way body={words.rotateBody}>
            <Button look="primary" onClick={() => ask({ to: 'rotate' })}>
              {words.rotate}
            </Button>
          </Way>
        )}
        <Way body={words.replaceBody}>
          <Link {...linkToReplacement(key)} className={buttonLook('plain')}>
            {words.replace}
          </Link>
        </Way>
        {issues && (
          <Way body={words.regenerateBody}>
            <Button onClick={() => ask({ to: 'regenerate' })}>{words.regenerate}</Button>
          </Way>
        )}
      </div>
    </Section>
  );
}

/** Something that can be done, and what comes of it: beside it where there is room, else above. */
export const Way = ({ body, children }: { body: ReactNode; children: ReactNode }) => (
  <div className="@container">
    <div className="grid items-center justify-items-start gap-x-8 gap-y-3 px-5 py-4 @xl:grid-cols-[minmax(0,1fr)_auto]">
      <p className="text-sm text-muted">{body}</p>
      {children}
    </div>
  </div>
);
