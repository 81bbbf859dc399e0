/** Markup that is known to be safe: made by `html`, or a constant that was marked so with `trusted`. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

export type Content = Html | string | number | null | undefined | false | readonly Content[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and inside a quoted attribute; never inside a tag, a `<style>` or an unquoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** A template in which everything interpolated is escaped, except what is `Html` already. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const [first = '', ...rest] = strings;
  return new Html(first + rest.map((text, index) => render(contents[index]) + text).join(''));
}

/** For constants of this folder, such as the stylesheet. Never for anything that came from elsewhere. */
export const trusted = (markup: string): Html => new Html(markup);

export function joined(contents: readonly Content[], separator: string): Html {
  return new Html(contents.map(render).join(escapeHtml(separator)));
}

/** A sentence in which `backticks` mark code, as the contract's descriptions use them. */
export function prose(text: string): Html {
  const parts = text.split('`');
  const isBalanced = parts.length % 2 === 1;
  if (!isBalanced) return html`${text}`;
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function render(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(render).join('');
  return escapeHtml(String(content));
}
