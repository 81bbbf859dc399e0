/**
 * Puts the focus on a dialog that asks nothing, so that it is read out and the page behind it is out of reach: one that
 * warns looks for its button to cancel, and has none.
 */
export function focusDialog(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
