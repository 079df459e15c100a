/**
 * Web IDL: what the caller gave becomes what the W3C text speaks of, or a TypeError that names interface, method and
 * member. `context` is the beginning of that message, such as "Failed to construct 'VideoFrame'".
 */
export * from './buffer_source';
export * from './dictionary';
export * from './dom_string';
export * from './enumeration';
export * from './inspectable';
export * from './interface';
export * from './numbers';
export * from './other_copy';
export * from './sequence';
export * from './structured_clone';
export * from './transfer';
