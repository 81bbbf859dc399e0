import type { Role } from '@claviger/contract';
import { useMutation } from '@tanstack/react-query';
import { Dialog } from 'radix-ui';
import { useId, useState, type FormEvent } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { emailsIn, MAX_EMAILS } from '../lib/emails.ts';
import { Option } from '../fields/field-group.tsx';
import { wantsSignIn } from '../lib/session.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { DIALOG, INPUT, OVERLAY } from '../ui/look.ts';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import { InvitationsMade, type Invited } from './invitations-made.tsx';

interface InviteDialogProps {
  organizationId: string;
  /** Those that may be given. */
  roles: readonly Role[];
  onChanged: () => Promise<void>;
  onClose: () => void;
}

/** Enough for most, and no more than they need. */
const USUAL: Role = 'developer';

/** Asks whom and as what, and shows the links once. */
export function InviteDialog({ organizationId, roles, onChanged, onClose }: InviteDialogProps) {
  const giveBack = useReturnFocus();
  const [invited, setInvited] = useState<readonly Invited[]>([]);
  const invite = useMutation({
    mutationFn: async ({ emails, role }: { emails: readonly string[]; role: Role }) => {
      const { invitations } = clientFor(organizationId).organizations;
      const done = [...invited];
      try {
        // One after the other: each is a commit of its own, and each can fail alone.
        for (const email of emails.slice(done.length)) {
          try {
            done.push({ email, made: await invitations.create(organizationId, { email, role }) });
          } catch (error) {
            if (wantsSignIn(error)) throw error;
            done.push({ email, fault: explain(error) });
          }
        }
      } finally {
        // Kept when the password is asked for in between: nobody is invited twice.
        setInvited(done);
      }
    },
    gcTime: 0,
    onSuccess: onChanged,
  });
  if (invite.isSuccess) return <InvitationsMade of={invited} onDone={onClose} />;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && !invite.isPending && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={OVERLAY} />
        <Dialog.Content onCloseAutoFocus={giveBack} className={`${DIALOG} max-w-lg gap-4`}>
          <Dialog.Title className="text-lg font-semibold">
            {texts.members.invite.title}
          </Dialog.Title>
          <Dialog.Description className="text-muted">
            {texts.members.invite.body}
          </Dialog.Description>
          <InviteForm
            roles={roles}
            busy={invite.isPending}
            onInvite={(emails, role) => invite.mutate({ emails, role })}
            onCancel={onClose}
          />
          {invite.isError && (
            <SignInAgain
              onDone={() => invite.mutate(invite.variables)}
              onCancel={() => invite.reset()}
            />
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface InviteFormProps {
  roles: readonly Role[];
  busy: boolean;
  onInvite: (emails: readonly string[], role: Role) => void;
  onCancel: () => void;
}

function InviteForm({ roles, busy, onInvite, onCancel }: InviteFormProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const [role, setRole] = useState<Role>(roles.find((each) => each === USUAL) ?? roles[0] ?? USUAL);
  const { emails, faulty } = emailsIn(text);
  const fault = faultOf(emails, faulty);
  // Not when it is left: what is clicked then would move away.
  const isShown = fault !== null && (tried || emailsIn(settled(text)).faulty.length > 0);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (fault === null) onInvite(emails, role);
  };
  const { invite } = texts.members;
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <div className="grid gap-1.5">
        <label htmlFor={id} className="text-sm font-medium">
          {invite.emails}
        </label>
        <textarea
          id={id}
          rows={3}
          value={text}
          disabled={busy}
          spellCheck={false}
          autoCapitalize="none"
          aria-invalid={isShown}
          aria-describedby={isShown ? `${id}-hint ${id}-fault` : `${id}-hint`}
          onChange={(event) => setText(event.target.value)}
          className={`${INPUT} px-3 py-2 aria-invalid:border-bad`}
        />
        <p id={`${id}-hint`} className="text-sm text-muted">
          {invite.emailsHint}
        </p>
        {isShown && (
          <p id={`${id}-fault`} role="alert" className="wrap-anywhere text-sm text-bad">
            {fault}
          </p>
        )}
      </div>
      <fieldset className="grid gap-2" disabled={busy}>
        <legend className="mb-1.5 text-sm font-medium">{invite.role}</legend>
        {roles.map((each) => (
          <Option
            key={each}
            type="radio"
            name="role"
            title={texts.roles[each][0]}
            hint={texts.roles[each][1]}
            checked={each === role}
            onChange={() => setRole(each)}
          />
        ))}
      </fieldset>
      <div className="flex justify-end gap-3">
        <Button onClick={onCancel} disabled={busy}>
          {texts.cancel}
        </Button>
        <Button type="submit" look="primary" disabled={busy}>
          {busy ? invite.busy : submitText(emails.length)}
        </Button>
      </div>
    </form>
  );
}

/** Without what is still being typed. */
const settled = (text: string): string => text.replace(/[^,;\n]*$/, '');

const submitText = (count: number): string =>
  count > 1
    ? fill(texts.members.invite.submitMany, { count: String(count) })
    : texts.members.invite.submit;

/** Null: they can be invited. */
function faultOf(emails: readonly string[], faulty: readonly string[]): string | null {
  const { invite } = texts.members;
  if (faulty.length > 0) return fill(invite.faulty, { entries: faulty.slice(0, 5).join(', ') });
  if (emails.length === 0) return invite.none;
  return emails.length > MAX_EMAILS ? fill(invite.tooMany, { max: String(MAX_EMAILS) }) : null;
}
