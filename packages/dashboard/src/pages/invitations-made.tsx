import type { InvitationMade } from '@claviger/contract';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';

/** What came of one of them. */
export type Invited =
  | { readonly email: string; readonly made: InvitationMade }
  | { readonly email: string; readonly fault: string };

/** Shows links once. Whoever renders it forgets them when `onDone` is called. */
export function InvitationsMade({
  of: invited,
  onDone,
}: {
  of: readonly Invited[];
  onDone: () => void;
}) {
  return (
    <ShownOnce title={titleOf(invited)} body={texts.members.made.body} className="max-w-2xl gap-4">
      <ul className="divide-y divide-line">
        {invited.map((one) => (
          <li key={one.email} className="grid gap-2 py-3">
            <div className="flex flex-wrap items-baseline gap-x-3">
              <span className="min-w-0 break-all font-medium">{one.email}</span>
              {'made' in one && (
                <span
                  className={`text-sm ${one.made.mail === 'failed' ? 'text-bad' : 'text-muted'}`}
                >
                  {texts.members.made[one.made.mail]}
                </span>
              )}
            </div>
            {'made' in one ? (
              <Link of={one.made} />
            ) : (
              <p className="text-sm text-bad">{one.fault}</p>
            )}
          </li>
        ))}
      </ul>
      <div className="flex justify-end">
        <Button look="primary" onClick={onDone}>
          {texts.members.made.done}
        </Button>
      </div>
    </ShownOnce>
  );
}

function Link({ of: { link, invitation } }: { of: InvitationMade }) {
  return (
    <div data-copied className="flex items-start gap-2">
      <code
        aria-label={fill(texts.members.made.link, { email: invitation.email })}
        role="group"
        className="min-w-0 flex-1 break-all rounded-md bg-sunken px-3 py-2 font-mono text-xs"
      >
        {link}
      </code>
      <CopyButton text={link} what={fill(texts.members.made.link, { email: invitation.email })} />
    </div>
  );
}

function titleOf(invited: readonly Invited[]): string {
  const made = invited.flatMap((one) => ('made' in one ? [one.made] : []));
  if (made.length === 0) return texts.members.made.titleNone;
  return made.every(({ mail }) => mail === 'sent')
    ? texts.members.made.titleSent
    : texts.members.made.title;
}
