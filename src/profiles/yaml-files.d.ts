/** The text of a YAML file; the bundler and the test runner put it in. */
declare module '*.yaml' {
  const text: string;
  export default text;
}
