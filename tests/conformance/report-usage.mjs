import { writeFileSync } from 'node:fs';

// Preloaded into a process that is measured: when it ends it writes what it has used.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(
    process.env['USAGE_FILE'] ?? '',
    JSON.stringify({ peakKib: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000 }),
  );
});
