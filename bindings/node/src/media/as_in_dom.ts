/**
 * What lib.dom says of a member, in a program that has lib.dom, else what we say. lib.dom knows fewer colours and pixel
 * formats than the W3C text, and what the package gives must fit wherever its types are expected, as in muxers for
 * browsers. What the package takes is ours everywhere.
 */
export type AsInDom<Interface extends string, Member extends string, Own> = typeof globalThis extends { onmessage: any }
  ? MemberInDom<Interface, Member, Own>
  : Own; // asked first: else our own globals would refer to themselves

type MemberInDom<Interface extends string, Member extends string, Own> = typeof globalThis extends Record<
  Interface,
  { prototype: Record<Member, infer Theirs> }
>
  ? Theirs
  : Own;
