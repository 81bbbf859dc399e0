import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { linkToKeys } from '../lib/links.ts';
import { placesQuery } from '../lib/organizations.ts';
import { usePaused } from '../lib/use-paused.ts';
import { texts } from '../texts.ts';
import { Chooser } from './chooser.tsx';
import { Icon } from './icon.tsx';

const route = getRouteApi('/signed-in');

/** `current`: the one that one is in. */
export function OrganizationPicker({ current, onDone }: { current: string; onDone: () => void }) {
  const router = useRouter();
  const { session } = route.useRouteContext();
  const [typed, setTyped] = useState('');
  const paused = usePaused(typed);
  const places = useQuery(placesQuery(session, paused));
  const items = (places.data ?? []).map(({ id, name }) => ({
    id,
    label: name,
    ...(id !== name && { detail: id }),
    ...(id === current && { mark: <Icon of="check" /> }),
    onChoose: () => {
      onDone();
      void router.navigate(linkToKeys(id));
    },
  }));
  const all = {
    id: 'all',
    label: texts.organization.all,
    onChoose: () => {
      onDone();
      void router.navigate({ to: '/' });
    },
  };
  return (
    <Chooser
      label={texts.organization.find}
      typed={typed}
      onType={setTyped}
      groups={[
        { title: texts.organization.title, items },
        { title: texts.organization.more, items: typed === '' ? [all] : [] },
      ]}
      busy={places.isFetching || typed !== paused}
    />
  );
}
