import type { ComponentProps } from 'react';

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong active:opacity-90',
  grave: 'bg-bad text-surface hover:opacity-90 active:opacity-80',
  plain: 'border border-line bg-surface hover:bg-sunken active:bg-line',
} as const;

type Look = keyof typeof LOOKS;

/** For links that stand where a button would. */
export const buttonLook = (look: Look): string =>
  `inline-flex min-h-9 items-center justify-center gap-2 whitespace-nowrap rounded-md px-3.5 text-sm font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-60 ${LOOKS[look]}`;

export function Button({
  look = 'plain',
  className = '',
  ...rest
}: ComponentProps<'button'> & { look?: Look }) {
  return <button type="button" {...rest} className={`${buttonLook(look)} ${className}`} />;
}
