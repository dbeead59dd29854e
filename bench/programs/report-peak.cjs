/**
 * Preloaded into a node process that is measured: at its end it writes the most memory that it had resident, in KiB, to the file PEAK_FILE. The kernel's
 * VmHWM where there is one: the maximum of getrusage counts what the parent had before the exec too.
 */
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  let peakKib = process.resourceUsage().maxRSS;
  if (process.platform === 'linux') peakKib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  writeFileSync(process.env.PEAK_FILE ?? '', String(peakKib));
});
