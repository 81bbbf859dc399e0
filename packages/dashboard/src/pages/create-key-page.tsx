import type { Api, CreateKeyInput, KeyKind } from '@claviger/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { apisQuery } from '../lib/apis.ts';
import { linkToKeys } from '../lib/links.ts';
import { wantsSignIn } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import { Reveal, revealedBy, type Revealed } from '../ui/reveal.tsx';
import { ExpiryField, KindChoice, OriginsField, PermissionChoice } from './create-key-fields.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys/new');

/** Which API first, then everything about the key; at the end, the key itself, once. */
export function CreateKeyPage() {
  const { organizationId } = route.useParams();
  const apis = useQuery(apisQuery(organizationId));
  const [apiId, setApiId] = useState<string | null>(null);
  const issuing = apis.data ?? [];
  const api = issuing.find(({ id }) => id === apiId) ?? issuing[0];
  return (
    <div className="mx-auto grid max-w-2xl gap-6">
      <h1 className="text-xl font-semibold tracking-tight">{texts.create.title}</h1>
      {apis.isError && <Notice>{explain(apis.error)}</Notice>}
      {apis.isSuccess && api === undefined && <p className="text-muted">{texts.create.noApis}</p>}
      {issuing.length > 1 && (
        <Choice
          label={texts.create.api}
          value={api?.id ?? ''}
          options={issuing.map(({ id, name }) => [id, name])}
          onChange={setApiId}
        />
      )}
      {api !== undefined && <KeyForm key={api.id} api={api} organizationId={organizationId} />}
    </div>
  );
}

function KeyForm({ api, organizationId }: { api: Api; organizationId: string }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<KeyKind>(firstKind(api));
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const create = useMutation({
    mutationFn: (input: CreateKeyInput) => clientFor(organizationId).keys.create(input),
    // Not kept among the answers: the key is in this component alone, and gone with it.
    gcTime: 0,
    onSuccess: (created) => {
      setRevealed(revealedBy(created));
      create.reset();
    },
  });
  const signsIn = create.isError && wantsSignIn(create.error);
  const toList = linkToKeys(organizationId);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate(inputOf(new FormData(event.currentTarget), { api, organizationId, kind }));
  };
  const done = async () => {
    setRevealed(null);
    await queryClient.invalidateQueries({ queryKey: ['keys', organizationId] });
    await router.navigate(toList);
  };
  return (
    <form onSubmit={submit} className="grid gap-6">
      {create.isError && !signsIn && <Notice>{explain(create.error)}</Notice>}
      <Field
        label={texts.create.name}
        hint={texts.create.nameHint}
        name="name"
        required
        maxLength={100}
      />
      <KindChoice api={api} value={kind} onChange={setKind} />
      {api.environments.length > 1 && (
        <Choice
          label={texts.create.environment}
          name="environment"
          options={api.environments.map((id) => [id, id])}
        />
      )}
      <PermissionChoice api={api} publicOnly={kind === 'publishable'} />
      {kind !== 'secret' && <OriginsField required={kind === 'publishable'} />}
      <ExpiryField api={api} />
      <div className="flex gap-3">
        <Button type="submit" look="primary" disabled={create.isPending}>
          {create.isPending ? texts.create.busy : texts.create.submit}
        </Button>
        <Link {...toList} className={buttonLook('plain')}>
          {texts.create.cancel}
        </Link>
      </div>
      {revealed !== null && <Reveal of={revealed} onDone={done} />}
      {signsIn && (
        <SignInAgain
          onDone={() => create.mutate(create.variables)}
          onCancel={() => create.reset()}
        />
      )}
    </form>
  );
}

const firstKind = ({ formats }: Api): KeyKind =>
  (['secret', 'publishable', 'pair'] as const).find((kind) => formats[kind] !== undefined) ??
  'secret';

const DAY_MS = 86_400_000;

function inputOf(
  form: FormData,
  { api, organizationId, kind }: { api: Api; organizationId: string; kind: KeyKind },
): CreateKeyInput {
  const text = (name: string) => String(form.get(name) ?? '');
  const environment = text('environment');
  const days = text('expires');
  const preset = text('preset');
  return {
    apiId: api.id,
    organizationId,
    kind,
    name: text('name'),
    ...(environment !== '' && { environment }),
    ...(preset === '' ? { permissions: form.getAll('permission').map(String) } : { preset }),
    ...(kind !== 'secret' && { allowedOrigins: listed(text('origins')) }),
    ...(days === 'never' && { expiresAt: null }),
    ...(Number(days) > 0 && {
      expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
    }),
  };
}

/** A pasted list, however it is separated. */
const listed = (text: string): string[] => text.split(/[\s,;]+/).filter((entry) => entry !== '');
