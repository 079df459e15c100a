import type { ENUMERATIONS } from './generated';

/** A configuration key of the library, as Web IDL has it. */
export type KeyRow =
  | { readonly name: string; readonly form: 'unsigned long' | 'unsigned long long'; readonly least: number; readonly most?: number; readonly initial?: number }
  | { readonly name: string; readonly form: 'boolean'; readonly initial?: boolean }
  | { readonly name: string; readonly form: 'double' | 'DOMString' | 'BufferSource' }
  | { readonly name: string; readonly form: 'enumeration'; readonly type: keyof typeof ENUMERATIONS }
  | { readonly name: string; readonly form: 'members'; readonly members: readonly KeyRow[] };
