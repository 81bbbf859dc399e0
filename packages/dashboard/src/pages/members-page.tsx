import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { INSTALLATION, rolesWithin } from '../lib/roles.ts';
import { permissionsIn } from '../lib/session.ts';
import { useOrganizationName } from '../lib/use-organization-name.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { useMessages } from '../ui/messages.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MemberList } from './member-list.tsx';
import { OpenInvitations } from './open-invitations.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/members');

/** Settings → Members. */
export function MembersPage() {
  const { organizationId } = route.useParams();
  const { session } = route.useRouteContext();
  const queryClient = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const say = useMessages();
  const mayWrite = permissionsIn(session, organizationId).includes('members:write');
  const roles = mayWrite ? rolesWithin(session, organizationId) : [];
  const isInstallation = organizationId === INSTALLATION;
  const organization = useOrganizationName(organizationId);
  const changed = async (text: string) => {
    if (text !== '') say(text);
    await queryClient.invalidateQueries({ queryKey: ['members', organizationId] });
    await queryClient.invalidateQueries({ queryKey: ['invitations', organizationId] });
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        <div className="flex flex-wrap items-start gap-4">
          <div className="grid min-w-0 gap-1">
            <h1 className="text-xl font-semibold tracking-tight">{texts.members.title}</h1>
            <p className="wrap-anywhere text-muted">
              {isInstallation
                ? texts.members.introOperators
                : fill(texts.members.intro, { organization })}
            </p>
          </div>
          {mayWrite && (
            <Button look="primary" className="sm:ml-auto" onClick={() => setInviting(true)}>
              {texts.members.invite.action}
            </Button>
          )}
        </div>
        <MemberList roles={roles} onChanged={changed} />
        {!isInstallation && <RoleTable />}
      </div>
      {mayWrite && (
        <OpenInvitations organizationId={organizationId} roles={roles} onChanged={changed} />
      )}
      {inviting && (
        <InviteDialog
          organizationId={organizationId}
          roles={roles}
          onChanged={() => changed('')}
          onClose={() => setInviting(false)}
        />
      )}
    </div>
  );
}

const EXPLAINED = ['owner', 'admin', 'developer', 'viewer'] as const;

const RoleTable = () => (
  <details className="text-sm">
    <summary className="w-fit cursor-pointer text-muted hover:text-text">
      {texts.members.explain}
    </summary>
    <dl className="mt-3 grid gap-x-6 gap-y-2 sm:grid-cols-[6rem_minmax(0,1fr)]">
      {EXPLAINED.map((role) => (
        <div key={role} className="grid sm:contents">
          <dt className="font-medium">{texts.roles[role][0]}</dt>
          <dd className="text-muted">{texts.roles[role][1]}</dd>
        </div>
      ))}
    </dl>
  </details>
);
