import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { DropdownMenu } from 'radix-ui';
import type { User } from '@claviger/contract';
import { post } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { buttonLook } from './button.tsx';
import { MENU, MENU_ITEM } from './look.ts';

/** What somebody can do about themselves, from every page. */
export function AccountMenu({ user }: { user: User }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const signOut = async () => {
    await post('/auth/sign-out', {});
    queryClient.clear();
    router.history.push('/sign-in');
  };
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className={buttonLook('plain')}>
        <span className="sr-only">{texts.account.menu} </span>
        <span className="max-w-40 truncate">{user.name}</span>
        <span aria-hidden>▾</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className={MENU}>
          <p className="truncate px-2.5 py-1.5 text-sm text-muted">{user.email}</p>
          <DropdownMenu.Item asChild className={`block ${MENU_ITEM}`}>
            <Link to="/account">{texts.account.title}</Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => void signOut()}>
            {texts.signOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
