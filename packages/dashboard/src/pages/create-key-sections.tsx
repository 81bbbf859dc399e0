import type { Api, Key, User } from '@claviger/contract';
import type { ReactNode } from 'react';
import { AddressesField } from '../fields/addresses-field.tsx';
import { CreditsField } from '../fields/credits-field.tsx';
import { DescriptionField } from '../fields/description-field.tsx';
import { EnvironmentField } from '../fields/environment-field.tsx';
import { ExpiryField } from '../fields/expiry-field.tsx';
import type { Faults } from '../fields/faults.ts';
import { KindField } from '../fields/kind-field.tsx';
import { LimitsField } from '../fields/limits-field.tsx';
import { MetadataField } from '../fields/metadata-field.tsx';
import { NameField } from '../fields/name-field.tsx';
import { OriginsField } from '../fields/origins-field.tsx';
import { OwnerField } from '../fields/owner-field.tsx';
import { PermissionsField } from '../fields/permissions-field.tsx';
import { ResourcesField } from '../fields/resources-field.tsx';
import { StartField } from '../fields/start-field.tsx';
import { createTexts } from '../texts/create-key.ts';
import { fieldTexts } from '../texts/fields.ts';
import type { Draft, FittedDraft } from '../fields/key-draft.ts';
import { entryFaults, type Refusal } from '../fields/key-faults.ts';

const words = createTexts;

interface SectionsProps {
  api: Api;
  organizationId: string;
  user: User;
  ownOnly: boolean;
  replaces: Key | null;
  draft: FittedDraft;
  onChange: (changed: Partial<Draft>) => void;
  faults: Faults;
  refusal: Refusal | null;
}

/** Every field of the form, in order. */
export function CreateKeySections(props: SectionsProps) {
  return (
    <>
      <Identity {...props} />
      <Section title={words.sections.may}>
        <Rights {...props} />
      </Section>
      <Section title={words.sections.much}>
        <Amounts {...props} />
      </Section>
      <Section title={words.sections.long}>
        <Life {...props} />
      </Section>
      <Advanced {...props} />
    </>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="grid min-w-0 gap-6 border-t border-line pt-6">
    <h2 className="font-semibold">{title}</h2>
    {children}
  </section>
);

/** What is wrong under a pointer. */
const under = (faults: Faults, pointer: string): Faults =>
  Object.fromEntries(Object.entries(faults).filter(([each]) => each.startsWith(pointer)));

function Identity({ api, organizationId, replaces, draft, onChange, faults }: SectionsProps) {
  return (
    <div className="grid gap-6">
      {/* Its old name is the twin of itself, and what it is called is known already. */}
      <NameField
        value={draft.name}
        onChange={(name) => onChange({ name })}
        fault={faults['/name']}
        organizationId={organizationId}
        {...(replaces !== null && { keyId: replaces.id })}
      />
      {replaces === null ? (
        <>
          <EnvironmentField
            api={api}
            value={draft.environment}
            onChange={(environment) => onChange({ environment })}
            fault={faults['/environment']}
          />
          <KindField
            api={api}
            value={draft.kind}
            onChange={(kind) => onChange({ kind })}
            fault={faults['/kind']}
          />
        </>
      ) : (
        <p className="text-sm text-muted">
          {words.replace.fixed} {api.name}, {replaces.environment},{' '}
          {fieldTexts.kind.kinds[replaces.kind][0]}.
        </p>
      )}
    </div>
  );
}

function Rights({ api, organizationId, draft, onChange, faults, refusal }: SectionsProps) {
  return (
    <>
      <PermissionsField
        key={api.id}
        api={api}
        kind={draft.kind}
        value={draft.grants}
        onChange={(grants) => onChange({ grants })}
        fault={faults['/permissions']}
      />
      {draft.kind !== 'secret' && (
        <div className="grid gap-2">
          <OriginsField
            value={draft.origins}
            onChange={(origins) => onChange({ origins })}
            fault={faults['/allowedOrigins']}
            entryFaults={entryFaults(refusal, 'allowedOrigins')}
          />
          {draft.kind === 'pair' && draft.origins.entries.length === 0 && (
            <p className="text-sm text-muted">{fieldTexts.origins.none}</p>
          )}
        </div>
      )}
      <ResourcesField
        api={api}
        organizationId={organizationId}
        value={draft.resources}
        onChange={(resources) => onChange({ resources })}
        faults={under(faults, '/resources')}
      />
    </>
  );
}

function Amounts({ api, replaces, draft, onChange, faults }: SectionsProps) {
  return (
    <>
      <LimitsField
        api={api}
        value={draft.limits}
        onChange={(limits) => onChange({ limits })}
        faults={under(faults, '/rateLimits')}
      />
      <div className="grid gap-2">
        <CreditsField
          value={draft.credits}
          onChange={(credits) => onChange({ credits })}
          faults={under(faults, '/credits')}
        />
        {replaces !== null && replaces.credits !== null && (
          <p className="text-sm text-muted">{words.replace.credits}</p>
        )}
      </div>
    </>
  );
}

const Life = ({ api, draft, onChange, faults }: SectionsProps) => (
  <ExpiryField
    api={api}
    value={draft.expiry}
    onChange={(expiry) => onChange({ expiry })}
    fault={faults['/expiresAt']}
  />
);

function Advanced(props: SectionsProps) {
  const { user, ownOnly, replaces, draft, onChange, faults, refusal } = props;
  return (
    <details className="border-t border-line pt-6">
      <summary className="cursor-pointer font-semibold">
        {words.sections.advanced}{' '}
        <span className="text-sm font-normal text-muted">{words.sections.advancedHint}</span>
      </summary>
      <div className="grid gap-6 pt-6">
        <DescriptionField
          value={draft.description}
          onChange={(description) => onChange({ description })}
          fault={faults['/description']}
        />
        <AddressesField
          value={draft.addresses}
          onChange={(addresses) => onChange({ addresses })}
          fault={faults['/allowedIps']}
          entryFaults={entryFaults(refusal, 'allowedIps')}
        />
        <StartField
          value={draft.start}
          onChange={(start) => onChange({ start })}
          fault={faults['/notBefore']}
        />
        <OwnerField
          user={user}
          ownOnly={ownOnly}
          value={draft.ownerId}
          onChange={(ownerId) => onChange({ ownerId })}
          before={replaces?.ownerId ?? null}
          fault={faults['/ownerId']}
        />
        <MetadataField
          value={draft.metadata}
          onChange={(metadata) => onChange({ metadata })}
          fault={faults['/metadata']}
        />
      </div>
    </details>
  );
}
