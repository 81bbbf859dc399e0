import { Link } from '@tanstack/react-router';
import { DropdownMenu } from 'radix-ui';
import type { User } from '@claviger/contract';
import { useSignOut } from '../lib/sign-out.ts';
import { texts } from '../texts.ts';
import { buttonLook } from './button.tsx';
import { Icon } from './icon.tsx';
import { MENU, MENU_ITEM } from './look.ts';
import { ThemeChoice } from './theme-choice.tsx';

/** What somebody can do about themselves, from every page. */
export function AccountMenu({ user }: { user: User }) {
  const signOut = useSignOut();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={buttonLook('plain')}>
        <span className="sr-only">{texts.account.menu} </span>
        <span className="max-w-40 truncate max-sm:sr-only">{user.name}</span>
        <span aria-hidden className="sm:hidden">
          {user.name.slice(0, 1).toUpperCase()}
        </span>
        <Icon of="down" className="size-3.5 text-muted" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className={MENU}>
          <p className="truncate px-2.5 py-1.5 text-sm text-muted">{user.email}</p>
          <DropdownMenu.Item asChild className={`block ${MENU_ITEM}`}>
            <Link to="/account">{texts.account.title}</Link>
          </DropdownMenu.Item>
          <ThemeChoice />
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => void signOut()}>
            {texts.signOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
