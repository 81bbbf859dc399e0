import type { Member, Role } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { fromCursor, useMorePages } from '../lib/more-pages.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { MemberRow, PlaceholderRows } from './member-row.tsx';
import { RemoveMember } from './remove-member.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/members');

const PAGE = 50;

interface MemberListProps {
  /** Those that may be given and taken; none: nothing can be changed. */
  roles: readonly Role[];
  onChanged: (said: string) => Promise<void>;
}

export function MemberList({ roles, onChanged }: MemberListProps) {
  const { organizationId } = route.useParams();
  const { q } = route.useSearch();
  const { session } = route.useRouteContext();
  const [removing, setRemoving] = useState<Member | null>(null);
  const members = useMorePages(['members', organizationId, q], (cursor) =>
    clientFor(organizationId).organizations.members.list(organizationId, {
      limit: PAGE,
      ...(q !== undefined && { q }),
      ...fromCursor(cursor),
    }),
  );
  const isSelf = ({ userId }: Member) => userId === session.user.id;
  if (members.isError) {
    return (
      <Notice>
        {explain(members.error)} <Button onClick={() => members.refetch()}>{texts.tryAgain}</Button>
      </Notice>
    );
  }
  return (
    <>
      {(q !== undefined || members.hasNextPage) && <Search q={q ?? ''} />}
      <ul
        aria-label={texts.members.title}
        aria-busy={members.isPending}
        className="divide-y divide-line rounded-lg border border-line bg-surface"
      >
        {members.items === undefined && <PlaceholderRows />}
        {members.items?.map((member) => (
          <MemberRow
            key={member.userId}
            of={member}
            roles={roles}
            isSelf={isSelf(member)}
            onChanged={onChanged}
            onRemove={() => setRemoving(member)}
          />
        ))}
        {members.items?.length === 0 && (
          <li className="px-5 py-4 text-muted">
            {q === undefined ? texts.members.nobody : texts.members.noMatch}
          </li>
        )}
      </ul>
      {members.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={members.isFetchingNextPage}
          onClick={() => members.fetchNextPage()}
        >
          {texts.members.more}
        </Button>
      )}
      {removing !== null && (
        <RemoveMember
          of={removing}
          isSelf={isSelf(removing)}
          onRemoved={async (said) => {
            setRemoving(null);
            await onChanged(said);
          }}
          onCancel={() => setRemoving(null)}
        />
      )}
    </>
  );
}

function Search({ q }: { q: string }) {
  const navigate = route.useNavigate();
  return (
    <SearchField
      label={texts.members.search}
      q={q}
      onSearch={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
    />
  );
}
