/** What somebody may choose; `system`: as the system is set. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const STORED_AS = 'claviger.theme';

export const chosenTheme = (): Theme =>
  themes.find((theme) => theme === localStorage.getItem(STORED_AS)) ?? 'system';

const dark = matchMedia('(prefers-color-scheme: dark)');

function apply(): void {
  const chosen = chosenTheme();
  const system = dark.matches ? 'dark' : 'light';
  document.documentElement.dataset['theme'] = chosen === 'system' ? system : chosen;
}

/** For this browser, from now on. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORED_AS, theme);
  apply();
}

/** Light or dark as was chosen, else as the system is set. */
export function followTheme(): void {
  dark.addEventListener('change', apply);
  apply();
}
