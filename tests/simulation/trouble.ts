import type { SeededRandom } from '../../src/simulate/seeded-random.ts';

/** What goes wrong in one life of an engine, and when. */
export interface Trouble {
  /** `kill`: the engine's process ends, the machine goes on. `power`: the machine stops. `error`: a call to the disk fails. */
  readonly kind: 'none' | 'kill' | 'power' | 'error';
  /** At the call to the world with this number, from 1. */
  readonly atCall: number;
  /** For a death: before the call has any effect, when it is half done, or when it is done but its answer has not come. */
  readonly moment: 'before' | 'middle' | 'after';
  /** For an error: the system's code, and whether every later call that changes something fails too. */
  readonly code: 'ENOSPC' | 'EIO';
  readonly lasting: boolean;
}

/** What is in store for one life: something where `mayBe`, else nothing. */
export function drawTrouble(random: SeededRandom, mayBe: boolean): Trouble {
  return {
    kind: mayBe ? random.pick<Trouble['kind']>(['kill', 'kill', 'power', 'power', 'power', 'error']) : 'none',
    atCall: random.chance(0.4) ? random.between(1, 20) : random.between(1, 70),
    moment: random.pick(['before', 'middle', 'after']),
    code: random.pick(['ENOSPC', 'EIO']),
    lasting: random.chance(0.5),
  };
}

/** The same in words. */
export function describeTrouble({ kind, atCall, moment, code, lasting }: Trouble): string {
  if (kind === 'none') return 'nothing goes wrong';
  if (kind === 'error') return `${code} from call ${String(atCall)}${lasting ? ' on' : ', once'}`;
  return `${kind} ${moment} call ${String(atCall)}`;
}
