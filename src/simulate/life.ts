/** The time in which one engine lives. After its end nothing that its code still asks for is done or answered. */
export class Life {
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Does `work` and gives its answer, unless the life is over before: then there is none, ever. */
  async answer<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    if (this.#isOver) return silence();
    try {
      const result = await work();
      return this.#isOver ? await silence() : result;
    } catch (error) {
      if (this.#isOver) return silence();
      throw error;
    }
  }
}

function silence(): Promise<never> {
  return new Promise<never>(() => undefined);
}
