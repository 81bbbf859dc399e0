import type { Member, Role } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { fromCursor, useMorePages } from '../lib/more-pages.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { MemberRow, PlaceholderRows, type Deed } from './member-row.tsx';
import { RecoverMember } from './recover-member.tsx';
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
  const [asked, setAsked] = useState<Asked | null>(null);
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
            mayRecover={session.user.operator && !isSelf(member)}
            onDo={(deed) => setAsked({ deed, member })}
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
      {asked !== null && (
        <AskAbout of={asked} onChanged={onChanged} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

interface Asked {
  readonly deed: Deed;
  readonly member: Member;
}

interface AskAboutProps {
  of: Asked;
  onChanged: (said: string) => Promise<void>;
  onClose: () => void;
}

function AskAbout({ of: { deed, member }, onChanged, onClose }: AskAboutProps) {
  const { session } = route.useRouteContext();
  if (deed === 'recover') return <RecoverMember of={member} onClose={onClose} />;
  return (
    <RemoveMember
      of={member}
      isSelf={member.userId === session.user.id}
      onRemoved={async (said) => {
        onClose();
        await onChanged(said);
      }}
      onCancel={onClose}
    />
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
