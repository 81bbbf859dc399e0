import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ClavigerError } from '@claviger/sdk';
import type { ReactNode } from 'react';
import { organizationQuery } from '../lib/organizations.ts';
import { texts } from '../texts.ts';

const words = texts.organizationState;

/** What has to be known of the organization before anything on its pages: whether it is there, and whether its keys work. */
export function OrganizationState({ children }: { children: ReactNode }) {
  const { organizationId } = useParams({ strict: false });
  const { data, error } = useQuery(organizationQuery(organizationId));
  if (error instanceof ClavigerError && error.code === 'ORGANIZATION_NOT_FOUND') {
    return (
      <div className="grid max-w-prose gap-4">
        <h1 className="text-xl font-semibold tracking-tight">{words.gone.title}</h1>
        <p className="text-muted">{words.gone.body}</p>
        <Link to="/" className="justify-self-start text-accent underline underline-offset-4">
          {texts.notFound.home}
        </Link>
      </div>
    );
  }
  return (
    <>
      {data?.suspended === true && (
        <p role="status" className="mb-6 rounded-md bg-warn-soft px-4 py-3 text-sm text-warn">
          {words.suspended}
        </p>
      )}
      {children}
    </>
  );
}
