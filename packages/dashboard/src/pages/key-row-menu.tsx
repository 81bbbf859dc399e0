import type { Key } from '@claviger/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { DropdownMenu } from 'radix-ui';
import { clientFor, explain } from '../lib/api.ts';
import { fill, texts } from '../texts.ts';
import { Icon } from '../ui/icon.tsx';
import { MENU, MENU_ITEM } from '../ui/look.ts';
import { useMessages } from '../ui/messages.tsx';
import { showAs } from './key-list-query.ts';

const words = texts.keyList;

export interface RowMenuProps {
  of: Key;
  mayWrite: boolean;
  /** Says what did not work; null: nothing any more. */
  onFault: (fault: string | null) => void;
}

/** What can be done with a key without opening it. */
export function KeyRowMenu({ of: key, mayWrite, onFault }: RowMenuProps) {
  const navigate = useNavigate();
  const say = useMessages();
  const switching = useSwitch(key, onFault);
  const { id: keyId, organizationId, name } = key;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(keyId);
      say(words.copied);
    } catch {
      // There is no clipboard over http, and it may be denied.
      onFault(fill(words.notCopied, { id: keyId }));
    }
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={fill(words.menu, { name })}
        className="grid size-7 place-items-center rounded-md text-muted hover:bg-sunken hover:text-text data-[state=open]:bg-sunken"
      >
        <Icon of="more" />
      </DropdownMenu.Trigger>
      {/* Within the landmark of the page, where readers look for it. */}
      <DropdownMenu.Portal container={document.querySelector('main')}>
        <DropdownMenu.Content align="end" sideOffset={4} className={MENU}>
          <DropdownMenu.Item
            className={MENU_ITEM}
            onSelect={() =>
              void navigate({
                to: '/org/$organizationId/settings/api-keys/$keyId',
                params: { organizationId, keyId },
              })
            }
          >
            {words.open}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => void copy()}>
            {words.copyId}
          </DropdownMenu.Item>
          {mayWrite && key.status !== 'revoked' && (
            <DropdownMenu.Item className={MENU_ITEM} onSelect={() => switching.mutate()}>
              {words[switchOf(key)]}
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A key that is not valid yet is inactive, and can be switched off all the same. */
function switchOf({ status, notBefore }: Key): 'enable' | 'disable' {
  const waits = notBefore !== null && Date.parse(notBefore) > Date.now();
  return status === 'inactive' && !waits ? 'enable' : 'disable';
}

/** Shown at once, and taken back when the server refuses. */
function useSwitch(key: Key, onFault: RowMenuProps['onFault']) {
  const say = useMessages();
  const queryClient = useQueryClient();
  const action = switchOf(key);
  const { name, organizationId } = key;
  return useMutation({
    mutationFn: () => clientFor(organizationId).keys[action](key.id),
    onMutate: () => {
      onFault(null);
      return showAs(queryClient, { ...key, status: statusAfter(key, action) });
    },
    onSuccess: () => say(fill(action === 'enable' ? words.enabled : words.disabled, { name })),
    onError: (error, _, putBack) => {
      putBack?.();
      onFault(fill(words.notSwitched, { name, why: explain(error) }));
    },
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: ['keys', organizationId] });
      await queryClient.invalidateQueries({ queryKey: ['key', key.id] });
    },
  });
}

function statusAfter({ expiresAt }: Key, action: 'enable' | 'disable'): Key['status'] {
  if (action === 'disable') return 'inactive';
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'active';
}
