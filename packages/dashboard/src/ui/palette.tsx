import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useParams, useRouter } from '@tanstack/react-router';
import type { Key } from '@claviger/contract';
import { Dialog } from 'radix-ui';
import { useRef, useState } from 'react';
import { clientFor } from '../lib/api.ts';
import { linkToKeys } from '../lib/links.ts';
import { hasChoice, holds, placesQuery } from '../lib/organizations.ts';
import { useSections } from '../lib/sections.ts';
import { permissionsIn } from '../lib/session.ts';
import { useSignOut } from '../lib/sign-out.ts';
import { chooseTheme, themes } from '../lib/theme.ts';
import { usePaused } from '../lib/use-paused.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { texts } from '../texts.ts';
import { Chooser, type Choosable, type ChoosableGroup } from './chooser.tsx';
import { OVERLAY } from './look.ts';
import { Status } from './status.tsx';

const route = getRouteApi('/signed-in');

/** Enough to recognize what one looks for; whoever sees more types more. */
const FOUND = 6;

interface PaletteProps {
  onClose: () => void;
  onShortcuts: () => void;
}

/** Everything that one may go to or do, by its name. */
export function Palette({ onClose, onShortcuts }: PaletteProps) {
  const [typed, setTyped] = useState('');
  const paused = usePaused(typed).trim();
  const isAway = useRef(false);
  const giveBack = useReturnFocus();
  const leave = (then: () => unknown) => () => {
    isAway.current = true;
    onClose();
    void then();
  };
  const found = useFound(paused, leave);
  const commands = useCommands({ leave, onShortcuts });
  const matching = commands.map(({ title, items }) => ({
    title,
    items: items.filter(({ label }) => holds(label, typed)),
  }));
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={OVERLAY} />
        <Dialog.Content
          aria-describedby={undefined}
          // The page that is gone to takes the focus, and not the button that was used before.
          onCloseAutoFocus={(event) => (isAway.current ? event.preventDefault() : giveBack(event))}
          className="fixed left-1/2 top-[12dvh] z-20 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-surface shadow-xl"
        >
          <Dialog.Title className="sr-only">{texts.palette.title}</Dialog.Title>
          <Chooser
            label={texts.palette.find}
            typed={typed}
            onType={setTyped}
            groups={[...matching.slice(0, 1), ...found.groups, ...matching.slice(1)]}
            busy={found.busy || typed.trim() !== paused}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Closes the palette, and then does it. */
type Leave = (then: () => unknown) => () => void;

/** Keys of the organization and other organizations, as the server finds them. */
function useFound(text: string, leave: Leave) {
  const router = useRouter();
  const { organizationId } = useParams({ strict: false });
  const { session } = route.useRouteContext();
  const mayRead =
    organizationId !== undefined && permissionsIn(session, organizationId).includes('keys:read');
  const keys = useQuery({
    queryKey: ['keys', organizationId, 'found', text],
    enabled: mayRead && text !== '',
    placeholderData: keepPreviousData,
    queryFn: async () =>
      await clientFor(organizationId ?? null).keys.list({
        ...(organizationId !== undefined && { organizationId }),
        q: text,
        limit: FOUND,
      }),
  });
  const places = useQuery({
    ...placesQuery(session, text),
    enabled: text !== '' && hasChoice(session),
  });
  const toKey = ({ id, name, hint, publicKey, status }: Key): Choosable => ({
    id,
    label: name,
    detail: publicKey ?? hint,
    mark: <Status of={status} />,
    onChoose: leave(() =>
      router.navigate({
        to: '/org/$organizationId/settings/api-keys/$keyId',
        params: { organizationId: organizationId ?? '', keyId: id },
      }),
    ),
  });
  const others = (places.data ?? []).filter(({ id }) => id !== organizationId).slice(0, FOUND);
  const groups: ChoosableGroup[] = [
    {
      title: texts.keys.title,
      items: mayRead && text !== '' ? (keys.data?.data ?? []).map(toKey) : [],
    },
    {
      title: texts.organization.title,
      items: (text === '' ? [] : others).map(({ id, name }) => ({
        id: `organization-${id}`,
        label: name,
        ...(id !== name && { detail: id }),
        onChoose: leave(() => router.navigate(linkToKeys(id))),
      })),
    },
  ];
  return { groups, busy: keys.isFetching || places.isFetching };
}

/** Where to go, and then what to do. */
function useCommands({ leave, onShortcuts }: { leave: Leave; onShortcuts: () => void }) {
  const router = useRouter();
  const { organizationId } = useParams({ strict: false });
  const { session } = route.useRouteContext();
  const sections = useSections();
  const signOut = useSignOut();
  const pages: Choosable[] = [];
  const actions: Choosable[] = [];
  if (organizationId !== undefined) {
    for (const { to, name } of sections) {
      const onChoose = leave(() => router.navigate({ to, params: { organizationId } }));
      pages.push({ id: `page-${to}`, label: name, onChoose });
    }
    if (permissionsIn(session, organizationId).includes('keys:write')) {
      const to = '/org/$organizationId/settings/api-keys/new';
      const onChoose = leave(() => router.navigate({ to, params: { organizationId } }));
      actions.push({ id: 'create-key', label: texts.keys.create, onChoose });
    }
  }
  if (hasChoice(session)) {
    const onChoose = leave(() => router.navigate({ to: '/' }));
    pages.push({ id: 'home', label: texts.organization.all, onChoose });
  }
  const toAccount = leave(() => router.navigate({ to: '/account' }));
  pages.push({ id: 'account', label: texts.account.title, onChoose: toAccount });
  for (const theme of themes) {
    const label = `${texts.theme.title}: ${texts.theme.names[theme]}`;
    actions.push({ id: `theme-${theme}`, label, onChoose: leave(() => chooseTheme(theme)) });
  }
  actions.push(
    { id: 'shortcuts', label: texts.shortcuts.title, onChoose: leave(onShortcuts) },
    { id: 'sign-out', label: texts.signOut, onChoose: leave(signOut) },
  );
  return [
    { title: texts.palette.pages, items: pages },
    { title: texts.palette.actions, items: actions },
  ];
}
