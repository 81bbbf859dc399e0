export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const KEY = 'claviger.theme';

/** Chosen in this browser, or as the system is set. */
export function chosenTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return themes.find((theme) => theme === stored) ?? 'system';
}

const dark = matchMedia('(prefers-color-scheme: dark)');

function apply(): void {
  const theme = chosenTheme();
  const isDark = theme === 'system' ? dark.matches : theme === 'dark';
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  apply();
}

/** From now on, whether the system changes or another window chooses. */
export function followTheme(): void {
  dark.addEventListener('change', apply);
  addEventListener('storage', apply);
  apply();
}
