import type { InvitationMade } from '@claviger/contract';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { LinkShown, ShownOnce } from '../ui/shown-once.tsx';

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
              <LinkShown
                of={one.made.link}
                label={fill(texts.members.made.link, { email: one.made.invitation.email })}
              />
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

function titleOf(invited: readonly Invited[]): string {
  const made = invited.flatMap((one) => ('made' in one ? [one.made] : []));
  if (made.length === 0) return texts.members.made.titleNone;
  return made.every(({ mail }) => mail === 'sent')
    ? texts.members.made.titleSent
    : texts.members.made.title;
}
