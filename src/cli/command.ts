import type { ExitCode } from '../errors.ts';

/** One flag of a verb. Parsing, help, completion and docs/cli.md are all derived from it. */
export interface OptionSpec {
  /** `integer` refuses anything but a whole number; `string` keeps the text exactly as it was typed. */
  readonly type: 'string' | 'integer' | 'boolean';
  /** May be given several times; the option is then a list. */
  readonly list?: true;
  /** One letter. */
  readonly short?: string;
  /** How the value is called in help texts, such as `FILE`. Flags that are not boolean have one. */
  readonly value?: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly default?: string | number;
  readonly minimum?: number;
  readonly required?: true;
  /** What shells offer for the value. */
  readonly completes?: Completion;
}

/** One argument without a flag, in order. Only the last may be a list. */
export interface PositionalSpec {
  /** The key of the parsed options. */
  readonly name: string;
  /** How it is called in help texts, such as `RUN`. */
  readonly value: string;
  readonly summary: string;
  readonly required?: true;
  readonly list?: true;
  readonly choices?: readonly string[];
  readonly completes?: Completion;
}

/** What a shell offers at a place: files, run ids, the step ids of the run named before, or our machines beside files. */
export type Completion = 'file' | 'folder' | 'run' | 'step' | 'document' | 'machine';

/** All facts about one verb, as light data: nothing here imports what the verb does. */
export interface Verb {
  readonly name: string;
  /** One line without a full stop. */
  readonly summary: string;
  /** Plain paragraphs. */
  readonly description: readonly string[];
  readonly positionals: readonly PositionalSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly { readonly command: string; readonly text: string }[];
  /** The exit codes that the verb can give beside 2 (wrong use) and 70 (a fault of stateyard itself). */
  readonly exitCodes: readonly { readonly code: ExitCode; readonly meaning: string }[];
  /** What `--json` prints: names of documents of `stateyard schema`, `lines` for JSON Lines. */
  readonly json: { readonly documents: readonly string[]; readonly lines: 'always' | 'never' | 'with --follow' };
}

/** The flags that every verb takes. */
export interface GlobalOptions {
  /** `--store` as given; null: by `STATEYARD_STORE` or the place of the project (locate-store.ts). */
  readonly store: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
}

type CamelCase<Text extends string> = Text extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Text;
type Choice<Spec> = Spec extends { readonly choices: readonly (infer Value)[] } ? Value : string;
type Scalar<Spec> = Spec extends { readonly type: 'integer' } ? number : Choice<Spec>;
type OptionValue<Spec> = Spec extends { readonly type: 'boolean' }
  ? boolean
  : Spec extends { readonly list: true }
    ? readonly Scalar<Spec>[]
    : Spec extends { readonly required: true } | { readonly default: string | number }
      ? Scalar<Spec>
      : Scalar<Spec> | null;
type PositionalValue<Spec> = Spec extends { readonly list: true }
  ? readonly Choice<Spec>[]
  : Spec extends { readonly required: true }
    ? Choice<Spec>
    : Choice<Spec> | null;

/**
 * The parsed options of a verb: flags in camel case, positionals by name, the global flags. What was not given is null, an empty
 * list or false, or the default.
 */
export type OptionsOf<V extends Pick<Verb, 'options' | 'positionals'>> = GlobalOptions & {
  readonly [Name in keyof V['options'] as CamelCase<Name & string>]: OptionValue<V['options'][Name]>;
} & {
  readonly [Spec in V['positionals'][number] as Spec['name']]: PositionalValue<Spec>;
};

/** A verb with its metadata typed as it is written, so that {@link OptionsOf} knows each flag. */
export function defineVerb<const V extends Verb>(verb: V): V {
  return verb;
}
