/** What the live display hears of its process. */
export type ProcessSignal = 'exit' | 'SIGTSTP' | 'SIGCONT';

/** The process, as the live display needs it; another one can be given in tests. */
export interface ProcessSignals {
  on(signal: ProcessSignal, listener: () => void): void;
  off(signal: ProcessSignal, listener: () => void): void;
  /** Stops this process until it gets SIGCONT, as the key that sent SIGTSTP asked for. */
  stop(): void;
}

/** This process. */
export const processSignals: ProcessSignals = {
  on: (signal, listener) => void process.on(signal, listener),
  off: (signal, listener) => void process.off(signal, listener),
  stop: () => void process.kill(process.pid, 'SIGSTOP'),
};
