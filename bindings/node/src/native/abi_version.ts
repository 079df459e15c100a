/** The fg_abi_version that this package needs at least. */
export const ABI_VERSION = 1;
