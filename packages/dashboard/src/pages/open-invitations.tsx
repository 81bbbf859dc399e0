import type { Role } from '@claviger/contract';
import { clientFor, explain } from '../lib/api.ts';
import { fromCursor, useMorePages } from '../lib/more-pages.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { InvitationRow } from './invitation-row.tsx';

const PAGE = 50;

interface OpenInvitationsProps {
  organizationId: string;
  /** Those that may be given and taken. */
  roles: readonly Role[];
  onChanged: (said: string) => Promise<void>;
}

/** Who was asked and has not come yet. */
export function OpenInvitations({ organizationId, roles, onChanged }: OpenInvitationsProps) {
  const { invitations } = clientFor(organizationId).organizations;
  const open = useMorePages(['invitations', organizationId], (cursor) =>
    invitations.list(organizationId, { limit: PAGE, ...fromCursor(cursor) }),
  );
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <h2 className="font-semibold">{texts.members.open.title}</h2>
      {open.isError && <Notice>{explain(open.error)}</Notice>}
      {open.isPending && <p className="text-sm text-muted">{texts.loading}</p>}
      {open.items?.length === 0 && <p className="text-sm text-muted">{texts.members.open.none}</p>}
      {open.items !== undefined && open.items.length > 0 && (
        <ul
          aria-label={texts.members.open.title}
          className="divide-y divide-line rounded-lg border border-line bg-surface"
        >
          {open.items.map((invitation) => (
            <InvitationRow
              key={invitation.id}
              of={invitation}
              isReached={roles.includes(invitation.role)}
              onChanged={onChanged}
            />
          ))}
        </ul>
      )}
      {open.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={open.isFetchingNextPage}
          onClick={() => open.fetchNextPage()}
        >
          {texts.members.more}
        </Button>
      )}
    </section>
  );
}
