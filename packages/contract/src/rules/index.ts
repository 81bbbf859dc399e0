/**
 * What can be said of a key's fields without a schema, so that a page can say it while somebody types: this module
 * and what it imports bring neither zod nor anything else along.
 */
export * from './addresses.ts';
export * from './id-patterns.ts';
export * from './key-bounds.ts';
export * from './limit-maximum.ts';
export * from './origins.ts';
export * from './preset-permissions.ts';
export * from './vague-names.ts';
export * from '../overlap.ts';
