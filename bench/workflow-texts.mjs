/** The same work as files: for Stateyard, and for make. */

/** @typedef {'fan-out' | 'chain'} Shape fan-out: all at once, then a join; chain: one after the other */

/**
 * A workflow of `steps` steps, beside a join in a fan-out; eight at a time.
 * @param {Shape} shape
 * @param {number} steps
 * @param {(at: number) => readonly string[]} argvOf
 */
export function workflowText(shape, steps, argvOf = () => ['/bin/true']) {
  const lines = Array.from({ length: steps }, (_, at) => {
    const needs = shape === 'chain' && at > 0 ? `needs: s${at - 1}, ` : '';
    return `  s${at}: { ${needs}command: ${JSON.stringify(argvOf(at))} }`;
  });
  if (shape === 'fan-out') lines.push(`  join: { needs: [${names(steps).join(', ')}], command: [/bin/true] }`);
  return `name: ${shape}\nmax_parallel: 8\nsteps:\n${lines.join('\n')}\n`;
}

/**
 * The same for make: targets that are no files, so that every one is made each time.
 * @param {Shape} shape
 * @param {number} steps
 */
export function makefileText(shape, steps) {
  const targets = names(steps);
  const last = targets.at(-1) ?? '';
  const rules = targets.map((target, at) => `${target}:${shape === 'chain' && at > 0 ? ` s${at - 1}` : ''}\n\t@/bin/true`);
  const first = shape === 'chain' ? `all: ${last}` : `all: ${targets.join(' ')}\n\t@/bin/true`;
  return `.PHONY: all ${targets.join(' ')}\n${first}\n${rules.join('\n')}\n`;
}

/** @param {number} steps */
function names(steps) {
  return Array.from({ length: steps }, (_, at) => `s${at}`);
}
