import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { chooseTheme, chosenTheme, themes } from '../lib/theme.ts';
import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';
import { MENU_ITEM } from './look.ts';

/** Within a menu: light, dark, or as the system is set. */
export function ThemeChoice() {
  const [chosen, setChosen] = useState(chosenTheme);
  return (
    <DropdownMenu.RadioGroup
      aria-label={texts.theme.title}
      value={chosen}
      className="my-1.5 border-y border-line py-1.5"
    >
      {themes.map((theme) => (
        <DropdownMenu.RadioItem
          key={theme}
          value={theme}
          className={`${MENU_ITEM} flex items-center gap-2`}
          onSelect={(event) => {
            // To be looked at before the menu is closed.
            event.preventDefault();
            chooseTheme(theme);
            setChosen(theme);
          }}
        >
          <span className="flex-1">{texts.theme.names[theme]}</span>
          <DropdownMenu.ItemIndicator>
            <Icon of="check" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
