import { getRouteApi, useParams } from '@tanstack/react-router';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { hasChoice } from '../lib/organizations.ts';
import { useOrganizationName } from '../lib/use-organization-name.ts';
import { usePart } from '../lib/use-part.ts';
import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';
import { useMessages } from './messages.tsx';

const route = getRouteApi('/signed-in');

/** Which organization one is in, and the way to others. */
export function OrganizationSwitcher() {
  const { organizationId } = useParams({ strict: false });
  const { session } = route.useRouteContext();
  const [open, setOpen] = useState(false);
  const say = useMessages();
  const part = usePart(
    () => import('./organization-picker.tsx'),
    open,
    () => {
      setOpen(false);
      say(texts.unreachable.fault);
    },
  );
  const name = useOrganizationName(organizationId);
  if (organizationId === undefined || name === undefined) return null;
  const look = 'flex min-w-0 items-center gap-1.5 rounded-md px-2 text-sm font-medium';
  return (
    <>
      <span aria-hidden className="select-none text-line-strong">
        /
      </span>
      {hasChoice(session) ? (
        <Popover.Root open={open} onOpenChange={setOpen}>
          <Popover.Trigger className={`${look} h-9 hover:bg-sunken data-[state=open]:bg-sunken`}>
            <span className="sr-only">{texts.organization.menu} </span>
            <span className="truncate">{name}</span>
            <Icon of="upDown" className="size-3.5 text-muted" />
          </Popover.Trigger>
          <Popover.Portal>
            <Popover.Content
              align="start"
              sideOffset={6}
              collisionPadding={8}
              aria-label={texts.organization.choose}
              className="z-10 w-80 max-w-[calc(100vw-1rem)] overflow-hidden rounded-lg border border-line bg-surface shadow-lg"
            >
              {part === null ? (
                <div className="h-27" />
              ) : (
                <part.OrganizationPicker current={organizationId} onDone={() => setOpen(false)} />
              )}
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      ) : (
        <span className={look}>
          <span className="truncate">{name}</span>
        </span>
      )}
    </>
  );
}
