import type { Api, Key, User } from '@claviger/contract';
import type { ReactNode } from 'react';
import { AddressesField } from '../../fields/addresses-field.tsx';
import { CreditsField } from '../../fields/credits-field.tsx';
import { DescriptionField } from '../../fields/description-field.tsx';
import { ExpiryField } from '../../fields/expiry-field.tsx';
import type { Faults } from '../../fields/faults.ts';
import { LimitsField } from '../../fields/limits-field.tsx';
import { MetadataField } from '../../fields/metadata-field.tsx';
import { NameField } from '../../fields/name-field.tsx';
import { OriginsField } from '../../fields/origins-field.tsx';
import { OwnerField } from '../../fields/owner-field.tsx';
import { PermissionsField } from '../../fields/permissions-field.tsx';
import { ResourcesField } from '../../fields/resources-field.tsx';
import { StartField } from '../../fields/start-field.tsx';
import type { Draft } from '../../fields/key-draft.ts';
import { entryFaults, type Refusal } from '../../fields/key-faults.ts';
import type { EditedField } from './key-view.ts';

export interface FactFieldProps {
  of: Key;
  api: Api;
  user: User;
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  faults: Faults;
  refusal: Refusal | null;
}

/** The same fields as in the form that makes keys, one at a time. */
export const factFields: Record<EditedField, (props: FactFieldProps) => ReactNode> = {
  name: ({ of: key, draft, onChange, faults }) => (
    <NameField
      value={draft.name}
      onChange={(name) => onChange({ name })}
      fault={faults['/name']}
      organizationId={key.organizationId}
      keyId={key.id}
    />
  ),
  description: ({ draft, onChange, faults }) => (
    <DescriptionField
      value={draft.description}
      onChange={(description) => onChange({ description })}
      fault={faults['/description']}
    />
  ),
  permissions: ({ of: key, api, draft, onChange, faults }) => (
    <PermissionsField
      api={api}
      kind={key.kind}
      value={draft.grants}
      onChange={(grants) => onChange({ grants })}
      fault={faults['/permissions']}
    />
  ),
  allowedOrigins: ({ draft, onChange, faults, refusal }) => (
    <OriginsField
      value={draft.origins}
      onChange={(origins) => onChange({ origins })}
      fault={faults['/allowedOrigins']}
      entryFaults={entryFaults(refusal, 'allowedOrigins')}
    />
  ),
  allowedIps: ({ draft, onChange, faults, refusal }) => (
    <AddressesField
      value={draft.addresses}
      onChange={(addresses) => onChange({ addresses })}
      fault={faults['/allowedIps']}
      entryFaults={entryFaults(refusal, 'allowedIps')}
    />
  ),
  resources: ({ of: key, api, draft, onChange, faults }) => (
    <ResourcesField
      api={api}
      organizationId={key.organizationId}
      value={draft.resources}
      onChange={(resources) => onChange({ resources })}
      faults={faults}
    />
  ),
  rateLimits: ({ api, draft, onChange, faults }) => (
    <LimitsField
      api={api}
      value={draft.limits}
      onChange={(limits) => onChange({ limits })}
      faults={faults}
    />
  ),
  credits: ({ draft, onChange, faults }) => (
    <CreditsField
      value={draft.credits}
      onChange={(credits) => onChange({ credits })}
      faults={faults}
    />
  ),
  notBefore: ({ draft, onChange, faults }) => (
    <StartField
      value={draft.start}
      onChange={(start) => onChange({ start })}
      fault={faults['/notBefore']}
    />
  ),
  expiresAt: ({ of: key, api, draft, onChange, faults }) => (
    <ExpiryField
      api={api}
      value={draft.expiry}
      onChange={(expiry) => onChange({ expiry })}
      fault={faults['/expiresAt']}
      createdAtMs={Date.parse(key.createdAt)}
    />
  ),
  ownerId: ({ of: key, user, draft, onChange, faults }) => (
    <OwnerField
      user={user}
      ownOnly={false}
      value={draft.ownerId}
      onChange={(ownerId) => onChange({ ownerId })}
      before={key.ownerId}
      fault={faults['/ownerId']}
    />
  ),
  metadata: ({ draft, onChange, faults }) => (
    <MetadataField
      value={draft.metadata}
      onChange={(metadata) => onChange({ metadata })}
      fault={faults['/metadata']}
    />
  ),
};
