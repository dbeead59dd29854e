/* The library: what `import … from 'stateyard'` gives. Its types are contract.ts. */
import { UserError } from '../errors.ts';
import type * as contract from './contract.ts';
import { Yard } from './yard.ts';

/** Opens a yard on a store. Nothing is read or made yet. Close it when you are done. */
export const openStateyard: typeof contract.openStateyard = (options) => Promise.resolve(new Yard(options));

// A mistake of the caller is known by it: only what it has is promised, not how one is made.
UserError satisfies { readonly prototype: contract.UserError };

export { UserError };
