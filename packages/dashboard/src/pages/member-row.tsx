import type { Member, Role } from '@claviger/contract';
import { fill, texts } from '../texts.ts';
import { recoveryTexts } from '../texts/recovery.ts';
import { Button } from '../ui/button.tsx';
import { Time } from '../ui/time.tsx';
import { RoleChoice } from './role-choice.tsx';

/** On wide screens, what belongs together stands in columns. */
export const ROW =
  'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-2 px-5 py-3.5 text-sm md:grid-cols-[minmax(0,1fr)_9.5rem_8rem_13.5rem]';

/** On narrow ones, a line of its own. */
export const WHOLE_LINE = 'max-md:col-span-2';

/** What is asked about before it is done. Leaving is removing oneself. */
export type Deed = 'recover' | 'remove';

interface MemberRowProps {
  of: Member;
  /** Those that may be given and taken; none: nothing can be changed. */
  roles: readonly Role[];
  isSelf: boolean;
  onChanged: (said: string) => Promise<void>;
  mayRecover: boolean;
  onDo: (deed: Deed) => void;
}

export function MemberRow(props: MemberRowProps) {
  const { of: member, roles, isSelf, mayRecover, onChanged, onDo } = props;
  const { name, email, role, lastSignInAt } = member;
  const isReached = roles.includes(role);
  return (
    <li className={ROW}>
      <div className={`grid min-w-0 ${WHOLE_LINE}`}>
        <span className="wrap-anywhere font-medium">
          {name}
          {isSelf && (
            <span className="ml-2 rounded-full bg-sunken px-2 py-0.5 text-xs text-muted">
              {texts.members.you}
            </span>
          )}
        </span>
        <span className="wrap-anywhere text-muted">{email}</span>
      </div>
      <span className={`text-muted ${WHOLE_LINE}`}>
        <span className="md:block">{texts.members.lastSignIn} </span>
        <Time value={lastSignInAt} none={texts.members.never} />
      </span>
      {isReached && role !== 'operator' ? (
        <RoleChoice of={member} roles={roles} isSelf={isSelf} onChanged={onChanged} />
      ) : (
        <span>{texts.roles[role][0]}</span>
      )}
      <div className={`flex flex-wrap gap-2 md:justify-self-end ${WHOLE_LINE}`}>
        {mayRecover && (
          <Button onClick={() => onDo('recover')}>
            {recoveryTexts.make.action}
            <About name={name} />
          </Button>
        )}
        {(isReached || isSelf) && (
          <Button onClick={() => onDo('remove')}>
            {isSelf ? texts.members.leave.action : texts.members.remove.action}
            {!isSelf && <About name={name} />}
          </Button>
        )}
      </div>
    </li>
  );
}

export const About = ({ name }: { name: string }) => (
  <span className="sr-only"> {fill(texts.members.actionsFor, { name })}</span>
);

const PLACEHOLDERS = ['a', 'b', 'c'];

export const PlaceholderRows = () =>
  PLACEHOLDERS.map((row) => (
    <li key={row} aria-hidden className={ROW}>
      <div className="grid gap-1">
        <span className="block h-4.5 w-32 animate-pulse rounded bg-sunken" />
        <span className="block h-4.5 w-44 animate-pulse rounded bg-sunken" />
      </div>
    </li>
  ));
